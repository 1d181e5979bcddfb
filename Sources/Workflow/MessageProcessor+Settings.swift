import Contract
import Domain
import Procedures

extension MessageProcessor {
    init(
        _ settings: MessageLoopSettings,
        _ identifiers: any IdentifierSource,
        prefix: String,
        _ limits: MessageLoopLimits = MessageLoopLimits()
    ) {
        self.init(
            decoder: MessageDecoder(
                definitions: ProcedureCatalogue.messages,
                publishers: settings.publishers
            ),
            correspondent: settings.correspondent,
            journal: JournalFormat(),
            settings: settings.procedures,
            deferral: settings.deferral,
            identifiers: identifiers,
            prefix: prefix,
            deadLetters: limits.deadLetters
        )
        erasedAtOnce = limits.erasedAtOnce
    }
}

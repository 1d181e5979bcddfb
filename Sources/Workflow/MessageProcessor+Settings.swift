import Contract
import Domain
import Procedures

extension MessageProcessor {
    init(
        _ settings: ServiceSettings,
        _ identifiers: any IdentifierSource,
        prefix: String,
        _ limits: ServiceLimits = ServiceLimits()
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

import ArgumentParser

/// `record-of-processing`: what personal data are processed for, and how.
struct RecordOfProcessing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record-of-processing",
        abstract: "Print the record of processing activities (GDPR 30).",
        discussion: """
            Examples:
              registrarctl record-of-processing
              registrarctl record-of-processing --output json

            It is made from the procedures that this release has and from the configuration, and says \
            nothing of what happens before a message comes or after one has gone. Who is responsible \
            is told by service.controller and service.dataProtectionOfficer.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let record = ProcessingRecord(try options.commandEnvironment().configuration)
        try options.write {
            record.write(to: &$0)
        } text: {
            record.text(on: $0)
        }
    }
}

import AMQP
import ArgumentParser
import Composition
import Glibc
import Storage

/// The operator's command line.
@main
struct Registrarctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrarctl",
        abstract: "Looks into Registrar, and sends it messages.",
        discussion: """
            Examples:
              registrarctl status
              registrarctl doctor
              registrarctl request list --status pending
              registrarctl request show 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10
              registrarctl decide 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 \\
                --outcome granted --role customs-authority \\
                --subject eaccess:4711 --name "Jo Muller"

            What changes something goes through the broker, as a message like everybody else's; \
            what looks only opens the store, and never writes to it. Both find their way by the \
            daemon's configuration file.

            The broker login is REGISTRARCTL_BROKER_URL, such as amqp://operator@127.0.0.1:5672/%2F, \
            or operator.brokerURL of the file; the password comes from the file that \
            operator.passwordFile names. Data goes to standard output, everything else to standard \
            error. Tables show the time in Luxembourg, JSON shows UTC. Without --config, the \
            environment's REGISTRAR_CONFIG names the file.

            Exit codes: 0 done, 1 a check that failed or a message that was refused, 64 usage, 65 data, 69 something that is \
            needed is not to be had, 75 try again, 77 denied, 78 configuration.
            """,
        version: Release.version,
        subcommands: [
            StatusCommand.self,
            TopCommand.self,
            DoctorCommand.self,
            RequestCommand.self,
            AccountCommand.self,
            OperatorCommand.self,
            AuthorisationCommand.self,
            MandateCommand.self,
            ObligationCommand.self,
            GuaranteeCommand.self,
            EMCSCommand.self,
            SubmitCommand.self,
            DecideCommand.self,
            RevokeCommand.self,
            PreviewCommand.self,
            RoleCommand.self,
            OperationsCommand.self,
            PersonCommand.self,
            OutboxCommand.self,
            ClockCommand.self,
            DeferredCommand.self,
            DeadLetterCommand.self,
            QueueCommand.self,
            JournalCommand.self,
            BackupCommand.self,
            RestoreCommand.self,
            TopologyCommand.self,
            RecordOfProcessing.self,
            ConfigCommand.self,
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            ProgramEnd.leave(EXIT_SUCCESS)
        } catch let failure as ExitFailure {
            failure.leave()
        } catch let error as AMQPError {
            ExitFailure(error).leave()
        } catch let error as StorageError {
            ExitFailure(error).leave()
        } catch {
            if let mistyped = MistypedCommand(in: CommandLine.arguments.dropFirst()) {
                ExitFailure(.usage, mistyped.message).leave()
            }
            exit(withError: error)
        }
    }
}

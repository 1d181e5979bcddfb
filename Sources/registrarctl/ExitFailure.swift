import Composition
import AMQP
import Glibc
import Storage

/// Ends the program with a message and a code of sysexits(3).
struct ExitFailure: Error {
    enum Code: Int32 {
        case usage = 64
        case data = 65
        case unavailable = 69
        case tryAgain = 75
        case denied = 77
        case configuration = 78
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    func leave() -> Never {
        Standard.say(message)
        ProgramEnd.leave(code.rawValue)
    }
}

extension ExitFailure {
    init(_ error: AMQPError) {
        let code: Code =
            switch error.code {
            case .authenticationRefused, .accessRefused, .tlsClientCertificateRequired: .denied
            case .virtualHostNotFound, .tlsUntrusted, .tlsWrongHost, .tlsFailed,
                .preconditionFailed:
                .configuration
            case .timedOut, .resourceLocked, .heartbeatMissed, .connectionLost: .tryAgain
            case .invalidArgument: .data
            case .cannotConnect, .tlsExpired, .notFound, .closedByBroker, .closed, .cancelled,
                .protocolViolation:
                .unavailable
            }
        self.init(code, "the broker cannot be used: \(error)")
    }

    init(_ error: StorageError) {
        let code: Code =
            switch error.kind {
            case .locked: .tryAgain
            case .notAStore, .otherApplication, .newerVersion, .damaged, .alreadyExists, .rejected:
                .data
            case .inaccessible, .readOnly, .full, .inputOutput, .away, .lost: .unavailable
            }
        self.init(code, error.reason)
    }
}

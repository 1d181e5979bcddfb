import Composition
import Domain
import Settings

/// What the daemon says of itself.
struct DaemonDoctor {
    /// Further apart, two clocks are not set alike.
    private static let clockToleranceSeconds = 3.0

    private(set) var diagnoses: [Diagnosis] = []
    private let address: ListenAddress

    init(_ commandEnvironment: CommandEnvironment) {
        address = commandEnvironment.configuration.http.listen
        look()
    }

    private mutating func look() {
        switch HealthProbe.ask(address) {
        case .none(let why):
            return diagnoses.problem(
                "daemon.alive",
                why,
                advice: "systemctl status registrard; journalctl -u registrard"
            )
        case .notReady(let reasons):
            let list = reasons.map { "\($0.component): \($0.reason) (since \($0.since))" }
            diagnoses.problem(
                "daemon.ready",
                "registrard runs and takes no messages: \(list.joined(separator: "; "))",
                advice: "put right what it names; it goes on by itself then"
            )
        case .ready(let reasons):
            diagnoses.ok("daemon.ready", "registrard runs and takes messages")
            for reason in reasons {
                diagnoses.warning(
                    "daemon.\(reason.component)",
                    "\(reason.reason) (since \(reason.since))",
                    advice: "see to what it names; messages are taken meanwhile"
                )
            }
        }
        watchdog()
        clock()
    }

    private mutating func watchdog() {
        guard let response = HealthProbe.fetch("/livez", address) else { return }
        guard response.status == 200 else {
            return diagnoses.problem(
                "daemon.watchdog",
                "the daemon's loop does not turn; systemd ends it if WatchdogSec is set",
                advice: "keep its log and a core for the developers, then restart it"
            )
        }
        diagnoses.ok("daemon.watchdog", "the daemon's loop turns")
    }

    /// Whether it agrees with this one.
    private mutating func clock() {
        let asked = SystemTime().now
        guard let response = HealthProbe.fetch("/livez", address),
            let date = response.header("date").flatMap(HTTPDate.instant)
        else { return }
        // The header has whole seconds, of some moment between the question and the answer.
        let behind = Double(asked.milliseconds - date.milliseconds) / 1000
        let ahead = Double(date.milliseconds - SystemTime().now.milliseconds) / 1000
        let seconds = ahead > 0 ? ahead : -behind
        guard max(behind, ahead) > Self.clockToleranceSeconds else {
            return diagnoses.ok("daemon.clock", "the daemon's clock and this one agree")
        }
        diagnoses.warning(
            "daemon.clock",
            "the daemon's clock is \(Int(saturating: seconds)) s from this one",
            advice: "see that both machines keep their time: timedatectl"
        )
    }
}

/// The time format of HTTP's header fields (RFC 9110 §5.6.7).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Of `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else.
    static func instant(_ text: String) -> Instant? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return Instant(rfc3339: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }
}

import Broker
import Logging
import Operations
import Testing
import Workflow

@testable import registrard

/// What the daemon makes of what its parts tell.
@Suite struct ObservationTests {
    @Test("messages that nobody takes are told after a while, and until somebody does")
    func unread() throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let observation = try Observation(log: log, version: "0.0.0", unreadAfterSeconds: 60)
        func notes() -> [String] {
            observation.health.readiness.reasons.map(\.reason)
                .filter { $0.contains("nobody takes") }
        }
        func look(_ queue: String, _ depth: Int, _ consumers: Int, at seconds: Double) {
            observation.queue(queue, depth: depth, consumers: consumers, atSeconds: seconds)
        }
        look("notifications", 1, 0, at: 0)
        look("notifications", 10, 0, at: 59)
        #expect(notes() == [])
        look("notifications", 10, 0, at: 60)
        #expect(notes() == ["10 messages, nobody takes them"])
        look("notifications", 10, 1, at: 65)
        #expect(notes() == [])
        // Whoever comes now and then takes them, too.
        look("problems", 1, 0, at: 0)
        look("problems", 0, 0, at: 50)
        look("problems", 1, 0, at: 55)
        look("problems", 1, 0, at: 110)
        #expect(notes() == [])
        // The daemon's own queues are told of by its connection.
        look("registrations", 5, 0, at: 0)
        look("registrations", 5, 0, at: 100)
        #expect(notes() == [])
    }

    @Test("registrar_ready follows every condition, and is what /readyz says")
    func readiness() throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let observation = try Observation(log: log, version: "0.0.0", unreadAfterSeconds: 60)
        func ready() -> Bool {
            observation.copyReadiness()
            let isReady = observation.health.readiness.isGood
            let figure = "registrar_ready \(isReady ? 1 : 0)\n"
            #expect(MetricsRegistry.shared.render().contains(figure))
            return isReady
        }
        #expect(!ready())
        observation.condition(.store, reason: nil)
        observation.condition(.consumer, reason: nil)
        observation.publisher(.ready)
        #expect(ready())
        // A checkpoint of the write-ahead log fails, and works again.
        observation.logMoved(failure: "the disk is full")
        #expect(!ready())
        observation.logMoved(failure: nil)
        #expect(ready())
        observation.drains()
        #expect(!ready())
    }
}

import Broker
import Logging
import Operations
import Testing
import Workflow

@testable import registrard

/// What the daemon makes of what its parts tell.
@Suite struct ObservationTests {
    @Test("registrar_ready follows every condition, and is what /readyz says")
    func readiness() throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let observation = try Observation(log: log, version: "0.0.0")
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

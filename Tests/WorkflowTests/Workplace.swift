import Contract
import Correspondence
import Domain
import Foundation
import Logging
import Procedures
import Synchronization
import TestKit

@testable import Workflow

/// The service among in-memory twins, driven turn by turn.
final class Workplace {
    let clock = ManualClock(now: Instant(seconds: 1_790_000_000))
    let register: MemoryRegister
    let broker: MemoryBroker
    let observer = RecordingObserver()
    let identifiers = SequentialIdentifiers()
    let limits: ServiceLimits
    let journal: JournalSettings
    var settings: ServiceSettings
    private let log: Logger
    private(set) var service: Service

    init(
        limits: ServiceLimits = .prompt,
        awaitReport: Bool = false,
        deadlines: ProcedureSettings.Deadlines = expiryAlone,
        journal: JournalSettings = JournalSettings(),
        register: MemoryRegister = MemoryRegister(),
        broker: MemoryBroker = MemoryBroker(),
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        self.log = log
        self.limits = limits
        self.journal = journal
        self.register = register
        self.broker = broker
        self.settings = try Self.settings(
            identifiers: identifiers,
            awaitReport: awaitReport,
            deadlines: deadlines
        )
        self.service = Self.service(
            register,
            broker,
            clock,
            identifiers,
            observer,
            settings,
            limits,
            journal,
            log
        )
    }

    /// A new process: nothing of the last one's memory is left.
    func begin() async throws {
        renew()
        try await service.begin()
    }

    /// The same, not begun.
    func renew() {
        service = Self.service(
            register,
            broker,
            clock,
            identifiers,
            observer,
            settings,
            limits,
            journal,
            log
        )
    }

    /// Begins, with a broker that delivers and answers at once.
    func serve() async throws {
        try await begin()
        broker.serve(service)
        await work()
    }

    /// The process ends without a word, and the broker notices.
    func crash() {
        broker.cut()
        broker.closeSource()
        broker.closePublisher()
    }

    /// The clock ticks, and the service does all it can.
    func work() async {
        service.queue.add(.clock)
        await settle()
    }

    /// The service does what waits.
    func settle() async {
        while await service.step() == .worked {}
    }

    /// Time passes in steps of a second, with a tick and all the work after each.
    func pass(seconds: Int) async {
        for _ in 0..<seconds {
            clock.advance(bySeconds: 1)
            await work()
        }
    }

    func send(_ drafts: Draft...) { broker.send(drafts.map(\.message)) }

    var contents: MemoryContents { register.contents }

    // MARK: - Parts

    static func settings(
        identifiers: any IdentifierSource,
        awaitReport: Bool = false,
        tries: Int = 8,
        deadlines: ProcedureSettings.Deadlines = expiryAlone,
        publishers: [String: Set<PublisherRole>] = publishers
    ) throws -> ServiceSettings {
        ServiceSettings(
            publishers: Publishers(publishers),
            correspondent: Correspondent(
                templates: try templates.get(),
                settings: CorrespondenceSettings(
                    source: "urn:luccs:registrar",
                    portalURL: "https://example.lu/luccs",
                    languages: [.english],
                    authorityMailbox: "servicedesk@example.lu"
                ),
                identifiers: identifiers
            ),
            procedures: ProcedureSettings(
                deadlines: ["access": deadlines, "excise": deadlines],
                provisioning: ProvisioningSettings(awaitReport: awaitReport, tries: tries)
            )
        )
    }

    static let expiryAlone = ProcedureSettings.Deadlines(
        remindAfter: nil,
        expireAfter: .seconds(30 * 86_400)
    )

    /// What is shipped.
    static let allDeadlines = ProcedureSettings.Deadlines(
        remindAfter: .workingDays(5),
        escalateAfter: .workingDays(10),
        expireAfter: .seconds(30 * 86_400)
    )

    static let publishers: [String: Set<PublisherRole>] = [
        Messages.portal: [.portal], Messages.customs: [.customsAuthority],
        Messages.office: [.exciseOffice], Messages.provisioner: [.provisioner],
        Messages.anOperator: [.operator],
    ]

    /// Read once: that takes longer than most tests.
    private static let templates = Result {
        try TemplateLibrary(
            folder: URL(filePath: #filePath)
                .deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
                .appending(path: "Config/templates").path(),
            mails: ProcedureCatalogue.mails
        )
    }

    private static func service(
        _ register: MemoryRegister,
        _ broker: MemoryBroker,
        _ clock: ManualClock,
        _ identifiers: SequentialIdentifiers,
        _ observer: RecordingObserver,
        _ settings: ServiceSettings,
        _ limits: ServiceLimits,
        _ journal: JournalSettings,
        _ log: Logger
    ) -> Service {
        Service(
            register: register,
            source: broker,
            publisher: broker,
            time: clock,
            identifiers: identifiers,
            observer: observer,
            settings: settings,
            prefix: "registrar",
            limits: limits,
            journal: journal,
            log: log
        )
    }
}

/// What one turn came to.
enum Step {
    case worked
    /// There was nothing to do.
    case idle
    /// The loop has ended.
    case ended
}

extension Service {
    /// One turn with what waits, if anything does.
    func step() async -> Step {
        guard let work = queue.takeWaiting(deliveries: appetite) else { return .idle }
        return await goOn(with: work) ? .worked : .ended
    }
}

/// Keeps what the service told.
final class RecordingObserver: ServiceObserver {
    struct Record: Sendable {
        var batches: [BatchReport] = []
        var publications: [PublicationReport] = []
        var conditions: [String?] = []
        var reasons: [ServiceComponent: String] = [:]
        var notices: [ServiceComponent: String] = [:]
        var clock: [ClockCondition] = []
        var turns = 0
        var statistics: OutboxStatistics?
        var greatestInMemory = 0
        var deferred = 0
        var oldestOpenRequests: [String: Instant] = [:]
        var findings: [JournalFinding] = []

        var timers: [TimerKind: Int] {
            batches.reduce(into: [:]) { $0.merge($1.timers, uniquingKeysWith: +) }
        }
        var treatments: [Treatment] { batches.flatMap(\.treatments) }
        var dispositions: [Disposition] { treatments.map(\.disposition) }
        var codes: [ProblemCode] { treatments.compactMap(\.code) }
    }

    private struct Watcher {
        let isMet: @Sendable (Record) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private let guarded = Mutex<(record: Record, watchers: [Watcher])>((Record(), []))

    var record: Record { guarded.withLock(\.record) }

    /// Returns once the service has told something that meets the condition. The time limit of the
    /// test is its deadline.
    func wait(until isMet: @escaping @Sendable (Record) -> Bool) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let now = guarded.withLock { guarded in
                if isMet(guarded.record) { return true }
                guarded.watchers.append(Watcher(isMet: isMet, continuation: continuation))
                return false
            }
            if now { continuation.resume() }
        }
    }

    /// What was greatest before counts no more.
    func forgetGreatest() { change { $0.greatestInMemory = 0 } }

    private func change(_ change: (inout Record) -> Void) {
        let met = guarded.withLock { guarded in
            change(&guarded.record)
            let met = guarded.watchers.filter { $0.isMet(guarded.record) }
            guarded.watchers.removeAll { $0.isMet(guarded.record) }
            return met
        }
        for watcher in met { watcher.continuation.resume() }
    }

    func batchCommitted(_ batch: BatchReport) { change { $0.batches.append(batch) } }
    func wrote(seconds _: Double) {}
    func published(_ report: PublicationReport) { change { $0.publications.append(report) } }
    func journal(_ finding: JournalFinding, at now: Instant) {
        change { $0.findings.append(finding) }
    }
    func clock(_ condition: ClockCondition) { change { $0.clock.append(condition) } }
    func progressed(at now: Instant) { change { $0.turns += 1 } }

    func condition(_ component: ServiceComponent, reason: String?) {
        change {
            $0.conditions.append(reason)
            $0.reasons[component] = reason
            $0.notices[component] = nil
        }
    }

    func notice(_ component: ServiceComponent, reason: String) {
        change {
            $0.reasons[component] = nil
            $0.notices[component] = reason
        }
    }

    func oldestOpenRequests(_ oldest: [String: Instant]) {
        change { $0.oldestOpenRequests = oldest }
    }

    func outbox(_ statistics: OutboxStatistics, inMemory: Int, deferred: Int) {
        change { record in
            record.statistics = statistics
            record.greatestInMemory = max(record.greatestInMemory, inMemory)
            record.deferred = deferred
        }
    }
}

/// What no rule and no store throws.
struct OurFault: Error, CustomStringConvertible {
    var description: String { "a fault of ours" }
}

extension ServiceLimits {
    /// Without the pauses in which what is due waits for a steady clock and a quiet broker, and
    /// with months between two looks.
    static var prompt: ServiceLimits {
        var limits = ServiceLimits()
        limits.quietBeforeDeadlinesSeconds = 0
        limits.steadyClockSeconds = 0
        limits.plausibleClockSeconds = .infinity
        limits.clockToleranceSeconds = .infinity
        return limits
    }
}

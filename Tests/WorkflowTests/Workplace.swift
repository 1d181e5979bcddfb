import Contract
import Correspondence
import Domain
import Foundation
import Logging
import Procedures
import Synchronization
import TestKit

@testable import Workflow

/// The loop among in-memory twins, driven step by step.
final class Workplace {
    let clock = ManualClock(now: Instant(seconds: 1_790_000_000))
    let register: MemoryRegister
    let broker: MemoryBroker
    let observer = RecordingObserver()
    let identifiers = SequentialIdentifiers()
    let limits: MessageLoopLimits
    let journal: JournalSettings
    var settings: MessageLoopSettings
    private let log: Logger
    private(set) var loop: MessageLoop

    init(
        limits: MessageLoopLimits = .prompt,
        awaitReport: Bool = false,
        deadlines: ProcedureSettings.Deadlines = expiryAlone,
        values: SettingValues = SettingValues(),
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
            deadlines: deadlines,
            values: values
        )
        self.loop = Self.loop(
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
        try await loop.begin()
    }

    /// The same, not begun.
    func renew() {
        loop = Self.loop(
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
        broker.serve(loop)
        await work()
    }

    /// The process ends without a word, and the broker notices.
    func crash() {
        broker.cut()
        broker.closeSource()
        broker.closePublisher()
    }

    /// The clock ticks, and the loop does all it can.
    func work() async {
        loop.queue.add(.clock)
        await settle()
    }

    /// The loop does what waits.
    func settle() async {
        while await loop.step() == .worked {}
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
        values: SettingValues = SettingValues(),
        publishers: [String: Set<PublisherRole>] = publishers
    ) throws -> MessageLoopSettings {
        MessageLoopSettings(
            publishers: Publishers(publishers),
            correspondent: Correspondent(
                templates: try templates.get(),
                settings: CorrespondenceSettings(
                    source: "urn:luccs:registrar",
                    portalURL: "https://example.lu/luccs",
                    languages: [.english],
                    authorityMailbox: "servicedesk@example.lu",
                    supervisoryAuthority: "Commission nationale pour la protection des données",
                    recordNames: ProcedureCatalogue.recordNames
                ),
                identifiers: identifiers
            ),
            procedures: ProcedureSettings(
                deadlines: ["access": deadlines, "excise": deadlines],
                provisioning: ProvisioningSettings(awaitReport: awaitReport, tries: tries),
                values: values
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
        "vehicle-authority": [.vehicleAuthority],
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

    private static func loop(
        _ register: MemoryRegister,
        _ broker: MemoryBroker,
        _ clock: ManualClock,
        _ identifiers: SequentialIdentifiers,
        _ observer: RecordingObserver,
        _ settings: MessageLoopSettings,
        _ limits: MessageLoopLimits,
        _ journal: JournalSettings,
        _ log: Logger
    ) -> MessageLoop {
        MessageLoop(
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

/// What one iteration came to.
enum Step {
    case worked
    /// There was nothing to do.
    case idle
    /// The loop has ended.
    case ended
}

extension MessageLoop {
    /// One iteration with what waits, if anything does.
    func step() async -> Step {
        guard let work = queue.takeWaiting(deliveries: deliveryCapacity) else { return .idle }
        return await goOn(with: work) ? .worked : .ended
    }
}

/// Keeps what the loop told.
final class RecordingObserver: MessageLoopObserver {
    struct Record: Sendable {
        var batches: [BatchReport] = []
        var publications: [PublicationReport] = []
        var conditions: [String?] = []
        var reasons: [MessageLoopComponent: String] = [:]
        var notices: [MessageLoopComponent: String] = [:]
        var clock: [ClockCondition] = []
        var iterations = 0
        var statistics: OutboxStatistics?
        var greatestInMemory = 0
        var deferred = 0
        var oldestOpenRequests: [String: Instant] = [:]
        var findings: [JournalFinding] = []

        var dueWork: [DueWorkKind: Int] {
            batches.reduce(into: [:]) { $0.merge($1.dueWork, uniquingKeysWith: +) }
        }
        var processed: [ProcessedMessage] { batches.flatMap(\.processed) }
        var dispositions: [Disposition] { processed.map(\.disposition) }
        var codes: [ProblemCode] { processed.compactMap(\.code) }
    }

    private struct Watcher {
        let isMet: @Sendable (Record) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private let guarded = Mutex<(record: Record, watchers: [Watcher])>((Record(), []))

    var record: Record { guarded.withLock(\.record) }

    /// Returns once the loop has told something that meets the condition. The time limit of the
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
    func progressed(at now: Instant) { change { $0.iterations += 1 } }

    func condition(_ component: MessageLoopComponent, reason: String?) {
        change {
            $0.conditions.append(reason)
            $0.reasons[component] = reason
            $0.notices[component] = nil
        }
    }

    func notice(_ component: MessageLoopComponent, reason: String) {
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

extension MessageLoopLimits {
    /// Without the pauses in which what is due waits for a steady clock and a quiet broker, and
    /// with months between two looks.
    static var prompt: MessageLoopLimits {
        var limits = MessageLoopLimits()
        limits.quietBeforeDeadlinesSeconds = 0
        limits.steadyClockSeconds = 0
        limits.plausibleClockSeconds = .infinity
        limits.clockToleranceSeconds = .infinity
        return limits
    }
}

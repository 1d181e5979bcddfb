import Contract
import Domain
import Logging
import TestKit

@testable import Workflow

/// A life of the loop among the twins of broker, store and clock, under a schedule that a seed
/// decides: the same seed is the same life.
final class Simulation {
    /// What a seed brings.
    enum Kind {
        /// The process dies at any moment.
        case crashes
        /// The process dies at any moment, and messages in hand then come under suspicion.
        case suspicion
        /// Some messages kill the process that takes them; nothing else does.
        case poison
    }

    let kind: Kind
    let hazard = Hazard()
    let clock = ManualClock(now: Instant(seconds: 1_790_000_000))
    let register: MemoryRegister
    let broker: MemoryBroker
    private let identifiers = SequentialIdentifiers()
    private let limits: MessageLoopLimits
    private let settings: MessageLoopSettings
    private let troublePercent: Int
    private var loop: MessageLoop
    private var random: SeededGenerator
    private(set) var senders = Senders()
    private(set) var provisioner = Provisioner()
    /// Whether it counts what the provisioner says, and not that nothing was heard.
    private let awaitReport: Bool
    /// How much of what is sent is about excise.
    private let excisePercent: Int
    /// How much of the rest is about vehicles, relief and travellers.
    private let dossierPercent: Int
    /// What is sent instead of what chance brings, in rounds.
    private let script: [[Sent]]
    private var sourceSession: Int?
    private var isPublisherOpen = false
    private var readCount = 0
    /// By how many days the clock was set back: so much longer does what waits wait.
    private var daysBack: Int64 = 0
    /// Whether it came to rest at the end.
    private(set) var isSettled = false

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        kind = random.one(of: [.crashes, .crashes, .crashes, .crashes, .suspicion, .poison])
        var limits = MessageLoopLimits.prompt
        limits.batch = random.number(1...12)
        limits.outboxInMemory = random.number(1...30)
        limits.window = random.number(1...10)
        limits.dueAtOnce = random.number(1...8)
        limits.crashesBeforeIsolation = kind == .crashes ? .max : random.number(2...5)
        limits.crashesAloneBeforeQuarantine = random.number(1...3)
        limits.outboxInMemoryBytes = random.one(of: [1, 3_000, 20_000, .max])
        self.limits = limits
        troublePercent = random.one(of: [3, 8, 20])
        let deadlines = random.one(of: Self.deadlines)
        awaitReport = random.chance(60)
        excisePercent = random.one(of: [0, 0, 80])
        dossierPercent = random.one(of: [0, 0, 60])
        let values = Self.values(&random)
        self.random = random
        script = []
        register = hazard.register()
        broker = hazard.broker()
        settings = try Self.settings(
            identifiers,
            awaitReport: awaitReport,
            deadlines,
            values
        )
        loop = Self.loop(register, broker, clock, identifiers, settings, limits)
    }

    /// A life in which nothing is left to chance but what the test itself brings about.
    init(script: [[Sent]]) throws {
        kind = .crashes
        var limits = MessageLoopLimits.prompt
        limits.batch = 2
        limits.dueAtOnce = 1
        limits.crashesBeforeIsolation = .max
        self.limits = limits
        troublePercent = 0
        awaitReport = true
        excisePercent = 0
        dossierPercent = 0
        self.random = SeededGenerator(seed: 0)
        self.script = script
        register = hazard.register()
        broker = hazard.broker()
        settings = try Self.settings(
            identifiers,
            awaitReport: awaitReport,
            Workplace.allDeadlines,
            SettingValues()
        )
        loop = Self.loop(register, broker, clock, identifiers, settings, limits)
    }

    /// Sends the script's rounds, each after the one before has come to rest; then sets the clock
    /// on by so many days, again and again.
    func runScript(days: [Int64] = []) async -> [String] {
        await start()
        for round in script {
            for sent in round { broker.send([senders.send(sent)]) }
            await rest()
        }
        for days in days {
            clock.jump(bySeconds: days * 86_400)
            await rest()
        }
        await heal()
        return findings
    }

    /// What the auditor finds wrong at the end; nothing, if all is well.
    func run(iterations: Int = 400) async -> [String] {
        await start()
        if excisePercent > 0 {
            for round in Senders.beginnings.indices {
                broker.send(senders.beginning(round, now: clock.now))
                await rest()
            }
        }
        if dossierPercent > 0 {
            for round in DossierDesk.beginnings.indices {
                broker.send(senders.beginningOfDossiers(round, now: clock.now))
                await rest()
            }
        }
        for _ in 0..<iterations {
            await act()
            if hazard.isDead { await restart() }
        }
        await heal()
        return findings
    }

    var findings: [String] {
        var auditor = Auditor(
            sent: senders.sent,
            contents: register.contents,
            published: broker.published,
            allowsInnocentPoison: kind == .suspicion,
            users: awaitReport ? provisioner.users : nil,
            vanished: provisioner.vanished,
            settings: settings.procedures.values
        )
        var findings = auditor.audit()
        if !isSettled { findings.append("the service does not come to rest") }
        if broker.unacknowledgedCount > 0 { findings.append("messages are not acknowledged") }
        return findings
    }

    /// With figures that differ from day to day: what was told once has to stay.
    private static func settings(
        _ identifiers: SequentialIdentifiers,
        awaitReport: Bool,
        _ deadlines: ProcedureSettings.Deadlines,
        _ values: SettingValues
    ) throws -> MessageLoopSettings {
        var settings = try Workplace.settings(
            identifiers: identifiers,
            awaitReport: awaitReport,
            tries: 2,
            deadlines: deadlines,
            values: values
        )
        for procedure in ["vehicle", "relief"] {
            settings.procedures.deadlines[procedure] = deadlines
        }
        settings.procedures.figureBasis = .law
        settings.procedures.figures = DossierDesk.figures
        return settings
    }

    /// Short ones run out while trouble is on, long ones at the end.
    private static let deadlines = [
        Workplace.allDeadlines, Workplace.expiryAlone,
        ProcedureSettings.Deadlines(
            remindAfter: .seconds(60),
            escalateAfter: .seconds(90),
            expireAfter: .seconds(4000)
        ),
        ProcedureSettings.Deadlines(
            remindAfter: .seconds(120),
            escalateAfter: .seconds(120),
            expireAfter: nil
        ),
        ProcedureSettings.Deadlines(remindAfter: .seconds(30), expireAfter: .seconds(300)),
    ]

    /// What an installation may set of excise.
    private static func values(_ random: inout SeededGenerator) -> SettingValues {
        var values = SettingValues()
        for setting in ["trackStockRecords", "coverInUse", "releaseByRule"] {
            values[Setting("excise.\(setting)", default: false, "")] = random.chance(50)
        }
        values[Setting("relief.rejectByRule", default: false, "")] = random.chance(30)
        let days = random.one(of: [1, 8, 180])
        values[Setting("relief.documentsWithin", default: .days(180), "")] = .days(days)
        return values
    }

    /// What can be compared with another run's.
    var transcript: [String] {
        register.contents.journal.map { "\($0.time) \($0.event) \($0.cause)" }
            + broker.published.map { "\($0.sequence) \($0.message.routingKey)" }
    }

    // MARK: - Processes

    private func start() async {
        repeat {
            hazard.revive()
            loop = Self.loop(register, broker, clock, identifiers, settings, limits)
            do {
                try await loop.begin()
                return
            } catch {
                // systemd starts it again.
                continue
            }
        } while true
    }

    /// The process has died; what was on its way to the broker may have arrived.
    private func restart() async {
        broker.closeSource()
        broker.closePublisher(arriving: random.number(0...broker.onTheWay.count))
        sourceSession = nil
        isPublisherOpen = false
        await start()
    }

    private func stop() async {
        loop.stop()
        for _ in 0..<30 {
            if await step() == .ended || hazard.isDead { break }
            deliverAnswers()
        }
        if !hazard.isDead {
            loop.abandon()
            _ = await step()
            await loop.end()
        }
        await restart()
    }

    @discardableResult
    private func step() async -> Step {
        let step = await loop.step()
        if broker.takeRenewal() { closePublisher(arriving: 0) }
        let new = broker.published.dropFirst(readCount)
        readCount += new.count
        for row in new {
            senders.learn(row.message)
            provisioner.take(row.message)
        }
        return step
    }

    // MARK: - What happens next

    private func act() async {
        if random.chance(troublePercent) { return await trouble() }
        if random.chance(14) { return report() }
        switch random.number(1...80) {
        case 1...12: send()
        case 13...28: deliver()
        case 29...56:
            for _ in 0..<random.number(1...4) { await step() }
        case 57...74: deliverAnswers()
        default: tick()
        }
    }

    private func send() {
        let deadly = kind == .poison ? 20 : 0
        for _ in 0..<random.number(1...(excisePercent + dossierPercent > 0 ? 3 : 2)) {
            broker.send(
                senders.next(
                    &random,
                    now: clock.now,
                    excisePercent: excisePercent,
                    dossierPercent: dossierPercent,
                    deadlyPercent: deadly,
                    makeDeadly: hazard.makeDeadly
                )
            )
        }
    }

    private func report() {
        for report in provisioner.next(&random) { broker.send([senders.send(report)]) }
    }

    private func deliver() {
        openSource()
        let queues = InboundQueue.allCases.filter { broker.waitingCount($0) > 0 }
        let queue = queues.randomElement(using: &random)
        loop.receive(broker.deliver(random.number(1...6), from: queue))
    }

    private func deliverAnswers() {
        guard isPublisherOpen else { return openPublisher() }
        broker.arrive(random.number(1...20))
        if let refusal = broker.takeEnd() { return endPublisher(refusal) }
        loop.published(broker.takeAnswers(random.number(1...20)).shuffled(using: &random))
    }

    /// The broker ends the session; what it has said before arrives.
    private func endPublisher(_ refusal: PublicationRefusal) {
        loop.published(broker.takeAnswers().shuffled(using: &random))
        broker.closePublisher()
        loop.publisherClosed(refusal)
        isPublisherOpen = false
    }

    /// What it ends sessions for: one kind of message, or everything that goes to one exchange.
    private func refuse() {
        let key = random.one(of: ["status.request", "notification.email", "problem.schema"])
        let isWhole = random.chance(30)
        broker.close { message in
            guard message.exchange == .out, isWhole || message.routingKey == key else { return nil }
            return PublicationRefusal(
                code: 403,
                text: isWhole ? "access to exchange refused" : "access to topic '\(key)' refused"
            )
        }
    }

    private func openPublisher() {
        isPublisherOpen = true
        loop.publisherOpened(session: broker.openPublisher())
    }

    private func tick() {
        clock.advance(bySeconds: Double(random.number(1...30)) / 2)
        loop.queue.add(.clock)
    }

    private func trouble() async {
        let deaths = kind == .poison ? 0 : 3
        switch random.number(1...20 + deaths) {
        case 1: setClock()
        case 2: clock.jump(bySeconds: Int64(random.number(1...90_000)))
        case 3...4: closeSource()
        case 5...6:
            closePublisher(arriving: random.number(0...broker.onTheWay.count))
        case 7...8: broker.refuseNext(random.number(1...4))
        case 9...10: broker.unbind(["notification"])
        case 11: broker.unbind(["problem", "status"])
        case 12...13: broker.unbind([])
        case 14: broker.block(random.chance(30))
        case 15...16:
            hazard.failStore(
                random.number(1...4),
                at: random.one(of: [.begin, .beforeCommit])
            )
        case 17: await stop()
        case 18: clock.advance(bySeconds: 31)
        case 19: if random.chance(50) { refuse() } else { broker.close(for: nil) }
        case 20: broker.getStuck(["notification"])
        case 21: hazard.kill()
        default: hazard.arm(in: random.number(0...60))
        }
    }

    private func setClock() {
        let seconds: Int64 = random.one(of: [-86_400, -3600, 3600])
        if seconds < -3600 { daysBack += 1 }
        clock.jump(bySeconds: seconds)
    }

    private func openSource() {
        guard sourceSession == nil else { return }
        sourceSession = broker.openSource()
        loop.sourceOpened()
    }

    private func closeSource() {
        guard let session = sourceSession else { return }
        broker.closeSource()
        loop.sourceClosed(session: session)
        sourceSession = nil
    }

    private func closePublisher(arriving: Int) {
        guard isPublisherOpen else { return }
        broker.closePublisher(arriving: arriving)
        loop.publisherClosed()
        isPublisherOpen = false
    }

    // MARK: - The end

    /// All trouble ends, the clock goes on for more than a day, and everything comes to rest.
    func heal() async {
        if script.isEmpty { hazard.arm(in: nil) }
        hazard.failStore(0, at: .begin)
        broker.unbind([])
        broker.close(for: nil)
        broker.block(false)
        broker.refuseNext(0)
        if hazard.isDead { await restart() }
        // Requests are reminded of, escalated or expire in some lives, and stay open in others.
        let days: Int64 = random.one(of: [2, 2, 2, 10, 25, 40]) + daysBack
        await rest()
        clock.jump(bySeconds: days * 86_400)
        await rest()
        isSettled =
            InboundQueue.allCases.allSatisfy { broker.waitingCount($0) == 0 }
            && broker.unacknowledgedCount == 0 && register.contents.deferred.isEmpty
            && register.contents.unsettledCount == 0
    }

    private func rest() async {
        // Longer than any pause; most lives need a few of these rounds.
        for _ in 0..<60 {
            openSource()
            if !isPublisherOpen { openPublisher() }
            clock.advance(bySeconds: 31)
            loop.queue.add(.clock)
            var isIdle = false
            while !isIdle {
                loop.receive(broker.deliver())
                isIdle = await step() == .idle
                broker.arrive()
                let answers = broker.takeAnswers()
                loop.published(answers)
                let reports = provisioner.finish()
                for report in reports { broker.send([senders.send(report)]) }
                isIdle = isIdle && answers.isEmpty && reports.isEmpty
                if hazard.isDead {
                    await restart()
                    break
                }
            }
            let waiting = InboundQueue.allCases.map { broker.waitingCount($0) }
            if isIdle, waiting.allSatisfy({ $0 == 0 }), broker.unacknowledgedCount == 0,
                register.contents.unsettledCount == 0
            {
                return
            }
        }
    }

    private static func loop(
        _ register: MemoryRegister,
        _ broker: MemoryBroker,
        _ clock: ManualClock,
        _ identifiers: SequentialIdentifiers,
        _ settings: MessageLoopSettings,
        _ limits: MessageLoopLimits
    ) -> MessageLoop {
        MessageLoop(
            register: register,
            source: broker,
            publisher: broker,
            time: clock,
            identifiers: identifiers,
            observer: RecordingObserver(),
            settings: settings,
            prefix: "registrar",
            limits: limits,
            journal: Auditor.journal,
            log: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

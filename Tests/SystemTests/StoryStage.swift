import Contract
import Correspondence
import Domain
import Foundation
import Logging
import Procedures
import Storage
import TestKit
import Testing

@testable import Workflow
@testable import registrarctl

/// The loop on a real store, with a clock and ids that are always the same: what its stories
/// are told of.
final class StoryStage {
    let broker = MemoryBroker()
    private let folder: String
    private let clock: ManualClock
    private let loop: MessageLoop
    private let store: SQLiteRegister
    private var messages = 0

    init() async throws {
        folder = NSTemporaryDirectory() + "/registrar-story-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        clock = ManualClock(now: try #require(Instant(rfc3339: "2026-11-23T07:00:00Z")))
        store = try SQLiteRegister(path: folder + "/registrar.sqlite")
        let identifiers = SequentialIdentifiers()
        loop = MessageLoop(
            register: store,
            source: broker,
            publisher: broker,
            time: clock,
            identifiers: identifiers,
            observer: Nobody(),
            settings: MessageLoopSettings(
                publishers: Publishers([
                    "ntp-portal": [.portal], "customs-backoffice": [.customsAuthority],
                ]),
                correspondent: Correspondent(
                    templates: try TemplateLibrary(
                        folder: Installation.templates,
                        mails: ProcedureCatalogue.mails
                    ),
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
                    deadlines: [
                        "access": .init(remindAfter: nil, expireAfter: .seconds(30 * 86_400))
                    ]
                )
            ),
            prefix: "registrar",
            log: Logger(label: "story") { _ in SwiftLogNoOpLogHandler() }
        )
        try await loop.begin()
        broker.serve(loop)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("could not remove \(folder): \(error)")
        }
    }

    /// The `number`th request's id.
    static func request(_ number: UInt64) -> String {
        SequentialIdentifiers.identifier(number, series: 99).text
    }

    /// Five minutes after the one before, somebody says something; it arrives half a second later.
    func send(_ event: InboundEvent, as user: String = "ntp-portal") async throws {
        clock.advance(bySeconds: 300)
        messages += 1
        var event = event
        event.id = "message-\(messages)"
        event.time = clock.now.description
        clock.advance(bySeconds: 0.5)
        let queue: InboundQueue =
            event.routingKey.hasPrefix("approval.") ? .approvals : .registrations
        broker.send([
            InboundMessage(
                queue: queue,
                routingKey: event.routingKey,
                redelivered: false,
                properties: MessageProperties(
                    contentType: "application/cloudevents+json",
                    userIdentifier: user
                ),
                body: event.body
            )
        ])
        await work()
    }

    func decide(_ event: InboundEvent) async throws {
        try await send(event, as: "customs-backoffice")
    }

    func pass(days: Int) async {
        clock.advance(bySeconds: Double(days) * 86_400)
        await work()
    }

    private func work() async {
        loop.queue.add(.clock)
        while let work = loop.queue.takeWaiting(deliveries: await loop.deliveryCapacity) {
            guard await loop.goOn(with: work) else { return }
        }
    }

    /// The story as it is told; nil when there is none.
    func view(_ request: String, named: Bool = false) throws -> StoryView? {
        let reader = try SQLiteRegisterReader(path: store.path)
        let story = try RequestStory(
            of: RequestIdentifier(UniversalIdentifier(canonical: request)),
            in: reader,
            named: named
        )
        return story.map { story in
            StoryView(
                teller: StoryTeller(
                    story: story,
                    prefix: "registrar",
                    publishers: [
                        "ntp-portal": ["portal"], "customs-backoffice": ["customs-authority"],
                    ]
                )
            )
        }
    }

    func tell(_ request: String, named: Bool = false) throws -> String {
        try #require(try view(request, named: named))
            .text(on: Screen(columns: nil, usesColour: false))
    }

    /// Nobody watches.
    private struct Nobody: MessageLoopObserver {
        func batchCommitted(_: BatchReport) {}
        func wrote(seconds _: Double) {}
        func published(_: PublicationReport) {}
        func outbox(_: OutboxStatistics, inMemory _: Int, deferred _: Int) {}
        func oldestOpenRequests(_: [String: Instant]) {}
        func journal(_: JournalFinding, at _: Instant) {}
        func clock(_: ClockCondition) {}
        func progressed(at _: Instant) {}
        func condition(_: MessageLoopComponent, reason _: String?) {}
        func notice(_: MessageLoopComponent, reason _: String) {}
    }
}

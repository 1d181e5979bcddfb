import AMQP
import Contract
import Domain
import Foundation
import Procedures
import Storage
import Testing

/// The rights of the person, through the real daemon and a real broker.
@Suite(.serialized)
struct PersonRightsTests {
    private let anne = Registrant("anne")
    private let bob = Registrant("bob")

    @Test(
        "A person is told what is stored; of a stranger nothing is, and asking stores nothing (A17, A19)"
    )
    func access() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU2001", installation)
            let before = try await installation.settle(daemon, deliveries: 2).count
            let question = anne.right("access", newRequest())
            try await installation.portal.send(question)
            let stranger = bob.right("access", newRequest())
            try await installation.portal.send(stranger)
            let answers = try await installation.settle(daemon, deliveries: 4).dropFirst(before)
            #expect(
                answers.map(\.delivery.routingKey) == ["disclosure.person", "disclosure.person"]
            )
            let known = try #require(answers.first)
            expectContract(known, cause: question, request: try #require(question.subject))
            #expect(known.data("known") == .boolean(true))
            #expect(known.data("person", "email")?.text == anne.email)
            #expect(
                known.data("requests")?.elements.compactMap { $0["status"]?.text }
                    == ["granted", "answered"]
            )
            #expect(known.data("accounts")?.elements.first?["eori"]?.text == "LU2001")
            let sent = known.data("messages")?.elements ?? []
            #expect(
                sent.compactMap { $0["template"]?.text } == [
                    "access.pending", "access.awaiting-you", "access.granted",
                ]
            )
            #expect(
                sent.compactMap { $0["to"]?.text }.sorted() == [
                    "mailbox", "person", "person", "provisioner",
                ]
            )
            #expect(
                known.data("processing")?.elements.map { $0["procedure"]?.text }
                    == ProcedureCatalogue.procedures.map { $0.name }
            )
            let unknown = try #require(answers.last)
            #expect(unknown.data("known") == .boolean(false))
            #expect(try installation.reader().person(subject: bob.subject) == nil)
            #expect(try installation.request(try #require(stranger.subject)) == nil)
            try installation.reader().verify()
        }
    }

    @Test("A correction is stored, and everybody told who was sent the former name")
    func rectification() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await employ(bob, by: anne, "LU2002", installation)
            let before = try await installation.settle(daemon, deliveries: 4).count
            let request = newRequest()
            let correction = bob.right(
                "rectification",
                request,
                #""changes":{"familyName":"Wagner","email":"wagner@example.lu"}"#
            )
            try await installation.portal.send(correction)
            let messages = try await installation.settle(daemon, deliveries: 5).dropFirst(before)
            for message in messages { expectContract(message, cause: correction, request: request) }
            let mails = messages.filter { $0.template == "person.rectified" }
            #expect(Set(mails.compactMap(\.mailbox)) == ["wagner@example.lu", anne.email])
            let told = try #require(mails.first { $0.mailbox == anne.email }?.data("text")?.text)
            #expect(told.contains("Bob Weber") && told.contains("Bob Wagner"))
            let order = try #require(messages.first { $0.queue == "provisioning" })
            #expect(order.operation("method")?.text == "PATCH")
            let operations = order.operation("data", "Operations")?.elements ?? []
            #expect(
                operations.compactMap { $0["path"]?.text } == ["name", "displayName", "emails"]
            )
            #expect(messages.filter { $0.status == "granted" }.count == 1)
            #expect(messages.count == 4, "two mails, an order, a status")
            let person = try #require(try installation.reader().person(subject: bob.subject))
            #expect(person.details?.displayName == "Bob Wagner")
            #expect(person.details?.email == "wagner@example.lu")
            let story = try installation.reader()
                .timeline(of: try #require(RequestIdentifier(request)))
            #expect(story.flatMap(\.messages).allSatisfy { $0.settledAt != nil })
            #expect(
                story.allSatisfy { !$0.entry.event.contains("Wagner") },
                "values do not stand in the journal"
            )
        }
    }

    @Test("While data are restricted nothing is decided and accounts rest")
    func restriction() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await employ(bob, by: anne, "LU2003", installation)
            let request = newRequest()
            try await installation.portal.send(bob.company(request, "LU2013"))
            let restrict = newRequest()
            try await installation.portal.send(
                bob.right("restriction", restrict, #""restricted":true"#)
            )
            try await installation.customs.send(Decider.customs.grant(request))
            let restricted = try await installation.settle(daemon, deliveries: 7)
            #expect(restricted.contains { $0.problem == "urn:luccs:problem:person-restricted" })
            #expect(try installation.request(request)?.status == .pending)
            #expect(try account(of: bob, installation)?.status == .suspended)
            #expect(
                restricted.last { $0.queue == "provisioning" }?.operation("data", "Operations")?
                    .elements.first?["value"] == .boolean(false)
            )
            // What comes now is recorded, and shown to nobody who decides.
            let waiting = newRequest()
            try await installation.portal.send(bob.company(waiting, "LU2023"))
            let later = try await installation.settle(daemon, deliveries: 8)
                .dropFirst(restricted.count)
            #expect(later.compactMap(\.template) == ["access.pending"])
            try await installation.portal.send(
                bob.right("restriction", newRequest(), #""restricted":false"#)
            )
            try await installation.customs.send(Decider.customs.grant(request))
            let lifted = try await installation.settle(daemon, deliveries: 10)
                .dropFirst(restricted.count + later.count)
            #expect(lifted.filter { $0.template == "access.awaiting-you" }.count == 2)
            #expect(try installation.request(request)?.status == .granted)
            #expect(try account(of: bob, installation)?.status == .active)
        }
    }

    @Test("Who withdraws consent takes back what is open; who is erased is forgotten")
    func withdrawalAndErasure() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await employ(bob, by: anne, "LU2004", installation)
            let (first, second) = (newRequest(), newRequest())
            try await installation.portal.send(bob.company(first, "LU2014"))
            try await installation.portal.send(bob.right("consent-withdrawal", newRequest()))
            try await installation.portal.send(bob.company(second, "LU2014"))
            let before = try await installation.settle(daemon, deliveries: 7)
            #expect(before.contains { $0.template == "person.consent-withdrawn" })
            #expect(try installation.request(first)?.status == .withdrawn)
            let request = newRequest()
            let erasure = bob.right("erasure", request)
            try await installation.portal.send(erasure)
            try await installation.portal.send(erasure)
            try await installation.portal.send(bob.right("erasure", newRequest()))
            let messages = try await installation.settle(daemon, deliveries: 10)
                .dropFirst(before.count)
            let erased = messages.filter { $0.template == "person.erased" }
            #expect(
                Set(erased.compactMap(\.mailbox))
                    == [bob.email, anne.email, "servicedesk@example.lu"]
            )
            #expect(erased.count == 3, "a replayed message has no second effect")
            let status = try #require(
                messages.first { $0.correlation == request && $0.status != nil }
            )
            #expect(status.status == "granted")
            let kept = status.data("kept")?.elements ?? []
            #expect(kept.compactMap { $0["what"]?.text } == ["decisions"])
            #expect(kept.compactMap { $0["why"]?.text } == ["retention-duty"])
            let orders = messages.filter { $0.queue == "provisioning" }
            #expect(orders.compactMap { $0.operation("method")?.text } == ["DELETE"])
            #expect(
                messages.filter { $0.delivery.routingKey == "status.account" }.map(\.status)
                    == ["revoked", "deleted"]
            )
            #expect(messages.contains { $0.problem == "urn:luccs:problem:not-eligible" })
            #expect(try installation.request(second)?.status == .withdrawn)
            let reader = try installation.reader()
            #expect(try reader.person(subject: bob.subject) == nil)
            #expect(
                try reader.accounts(of: EORI(canonical: "LU2004")).map(\.status) == [
                    .active, .deleted,
                ]
            )
            try reader.verify()
        }
    }

    @Test("A right is not exercised under another request's id, nor by an authority")
    func refused() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU2005"))
            let before = try await installation.settle(daemon, deliveries: 1).count
            try await installation.portal.send(bob.right("erasure", request))
            try await installation.portal.send(anne.right("erasure", request))
            try await installation.customs.send(anne.right("erasure", newRequest()))
            let messages = try await installation.settle(daemon, deliveries: 4).dropFirst(before)
            #expect(
                messages.compactMap(\.problem).sorted() == [
                    "urn:luccs:problem:forbidden", "urn:luccs:problem:request-exists",
                    "urn:luccs:problem:request-exists",
                ]
            )
            #expect(try installation.request(request)?.status == .pending)
            #expect(try installation.reader().person(subject: anne.subject)?.details != nil)
        }
    }

    @Test("The operator's tool exercises each right and shows a disclosure (A23)")
    func tool() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU2006", installation)
            let text = try await tool.run(["person", "disclose", anne.subject] + People.why)
            #expect(text.contains("known: true") && text.contains("  email: \(anne.email)"))
            let json = try await tool.json(["person", "disclose", anne.subject] + People.why)
            #expect(json["disclosure"]?["person"]?["subject"]?.text == anne.subject)
            let stranger = try await tool.json(["person", "disclose", bob.subject] + People.why)
            #expect(stranger["disclosure"]?["known"] == .boolean(false))
            let renamed = try await tool.send(
                ["person", "rectify", anne.subject, "--family-name", "Wagner"] + People.why
            )
            try await tool.wait(for: "granted", of: renamed)
            #expect(
                try installation.reader().person(subject: anne.subject)?.details?.familyName
                    == "Wagner"
            )
            for arguments in [
                ["restrict"], ["restrict", "--lift"], ["withdraw-consent"], ["erase"],
            ] {
                let request = try await tool.send(
                    ["person"] + arguments + [anne.subject] + People.why
                )
                try await tool.wait(for: "granted", of: request)
            }
            #expect(try installation.reader().person(subject: anne.subject) == nil)
            let again = try await tool.attempt(
                ["person", "erase", anne.subject] + People.why
            )
            #expect(again.status == 65)
            #expect(again.stderr.contains("nothing is stored about \(anne.subject)"))
            let idle = try await tool.attempt(["person", "rectify", anne.subject])
            #expect(idle.status == 64)
            try await daemon.stop()
        }
    }

    // MARK: What the tests begin with

    /// Registers the company of one person, and employs another.
    private func employ(
        _ employee: Registrant,
        by manager: Registrant,
        _ eori: String,
        _ installation: Installation
    ) async throws {
        try await grantCompany(manager, eori, installation)
        let request = newRequest()
        try await installation.portal.send(employee.employee(request, eori))
        try await installation.portal.send(Decider.manager(manager).grant(request))
        try await eventually("an account for \(employee.name)") {
            try account(of: employee, installation)?.status == .active ? () : nil
        }
    }

    private func account(of person: Registrant, _ installation: Installation) throws -> Account? {
        let reader = try installation.reader()
        guard let known = try reader.person(subject: person.subject) else { return nil }
        return try reader.accounts(person: known.identifier).first
    }
}

extension Registrant {
    /// - Parameter member: what the right's message has besides the common members.
    func right(_ name: String, _ request: String, _ member: String? = nil) -> InboundEvent {
        let members = [#""requestId":"\#(request)""#, #""applicant":\#(json)"#, member]
        return InboundEvent(
            "registration.person.\(name)",
            subject: request,
            "{\(members.compactMap(\.self).joined(separator: ","))}"
        )
    }
}

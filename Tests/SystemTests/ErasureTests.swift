import Contract
import Domain
import Foundation
import Procedures
import Storage
import Testing

/// A person asks to be forgotten, and the daemon is killed while it forgets.
@Suite(.serialized)
struct ErasureTests {
    /// Nobody else's data contain the word.
    private static let name = "zerlina"
    private let person = Registrant(name)

    @Test("After an erasure and kill -9, nothing of the person is in any file of the store")
    func killed() async throws {
        try await Installation.with { installation in
            try installation.configure(more: "log: { level: info }")
            var daemon = try await installation.startAll()
            let request = newRequest()
            let others = (1...60).map { Registrant("other\($0)") }
            try await installation.portal.send(
                others.prefix(30).map { $0.company(newRequest(), "LU7\($0.name.dropFirst(5))") }
                    + [person.company(request, "LU9001")]
                    + others.suffix(30).map {
                        $0.company(newRequest(), "LU8\($0.name.dropFirst(5))")
                    }
            )
            let remark = "\(Self.name) knows the rules"
            try await installation.customs.send(
                Decider.customs.decision(request, "granted", remarks: remark)
            )
            _ = try await installation.settle(daemon, deliveries: 62)
            #expect(try traces(installation) != [], "it is stored before it is erased")

            try await installation.portal.send(erasure())
            let all = try await installation.collector.wait("the farewell") { received in
                received.contains { $0.template == "person.erased" && $0.mailbox == person.email }
                    && received.contains { $0.operation("method")?.text == "DELETE" }
            }
            #expect(all.contains { $0.status == "granted" })
            // The broker has all of it; whether it is settled and wiped here is not known.
            try await daemon.kill()

            daemon = try await installation.start()
            try await installation.outboxEmpties()
            try await eventually("the files are wiped") {
                try traces(installation) == [] ? () : nil
            }
            try await daemon.kill()
            #expect(try traces(installation) == [])
            #expect(!daemon.program.stderr.contains(Self.name))
            #expect(!daemon.program.stdout.contains(Self.name))

            // The store is whole, and the others are still there.
            let reader = try installation.reader()
            try reader.verify()
            #expect(try reader.request(#require(RequestIdentifier(request))) != nil)
            #expect(try files(installation).contains { $0.data.contains("other17@") })
            daemon = try await installation.start()
            try await daemon.stop()
            #expect(try traces(installation) == [])
        }
    }

    @Test("registrarctl says what the data are processed for, as the configuration has it")
    func record() async throws {
        try await Installation.with { installation in
            try installation.configure(
                more: """
                    service: { controller: "Administration of Examples, Luxembourg" }
                    procedures: { access: { retain: { rejected: 10wd } } }
                    """
            )
            let arguments = ["record-of-processing", "--config", installation.configurationPath]
            let text = try await Program.run("registrarctl", arguments: arguments)
            #expect(text.status == 0)
            for words in [
                "Administration of Examples", "NOT SET, see service.dataProtectionOfficer",
                "PROCEDURE ACCESS", "PROCEDURE PERSON", "10 working days", "1095 days",
                "until the person asks for the erasure", "the account provisioner",
                "NOT encrypted (broker.url)", "this machine only",
            ] {
                #expect(text.stdout.contains(words), "\(words)")
            }
            let json = try await Program.run(
                "registrarctl",
                arguments: arguments + ["--output", "json"]
            )
            let record = try OperatorTool.json(json.stdout)
            let activities = try #require(record["activities"]?.elements)
            #expect(
                activities.map { $0["procedure"]?.text }
                    == ProcedureCatalogue.procedures.map { $0.name }
            )
            #expect(activities.first?["retention"]?["rejected"]?.text == "10 working days")
            #expect(activities.first?["retention"]?["granted"] == nil)
            #expect(record["measures"]?.texts.isEmpty == false)
        }
    }

    private func erasure() -> InboundEvent {
        let request = newRequest()
        return InboundEvent(
            "registration.person.erasure",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(person.json)}"#
        )
    }

    private func files(_ installation: Installation) throws -> [(name: String, data: String)] {
        try FileManager.default.contentsOfDirectory(atPath: installation.storeFolder).map { name in
            let url = URL(fileURLWithPath: installation.storeFolder + "/" + name)
            // Bytes as characters: nothing is lost, and ASCII is found.
            return (name, String(decoding: try Data(contentsOf: url), as: UTF8.self))
        }
    }

    /// The files in which the person's name stands, in any case.
    private func traces(_ installation: Installation) throws -> [String] {
        try files(installation)
            .filter { $0.data.contains(Self.name) || $0.data.contains(Self.name.capitalized) }
            .map(\.name)
    }
}

import AMQP
import Domain
import Foundation
import Storage
import Testing

/// A vehicle from the arrival to the plate, on a real broker and a real store.
@Suite("A vehicle's registration", .timeLimit(.minutes(5)))
struct VehicleTests {
    private let anne = Registrant("anne")

    private func day(_ days: Int) -> String {
        let now = Instant(seconds: Int64(Date.now.timeIntervalSince1970))
        return LuxembourgCalendar.date(at: now).adding(days: days).description
    }

    private func fields(_ fields: String...) -> [String] { fields.flatMap { ["--field", $0] } }

    private var form: [String] {
        ["submit", "import"]
            + fields("situation=resident", "arrivalDeclaredOn=\(day(-2))", "commune=Wiltz")
            + fields("vehicle.vin=WVWZZZ1JZXW000001", "vehicle.make=Volkswagen")
            + fields("vehicle.firstRegisteredOn=2015-05-04", "vehicle.originCountry=BE")
            + fields("vehicle.originEEA=true", "vehicle.new=false", "vehicle.kilometres=81000")
            + fields("holderIsOwner=true", "plate.kind=standard", "submittedBy=owner")
            + People.applicant("anne")
    }

    private func papers(_ request: String) -> InboundEvent {
        let papers = [
            #"{"kind":"number-confirmation","reference":"N-1"}"#,
            #"{"kind":"insurance","reference":"P-1","validUntil":"\#(day(300))"}"#,
            #"{"kind":"chancellery-stamp","reference":"T-1"}"#,
            #"{"kind":"registration-certificate-application","reference":"A-1"}"#,
            #"{"kind":"foreign-registration-document","reference":"F-1"}"#,
            #"{"kind":"technical-inspection","reference":"I-1","validUntil":"\#(day(90))","country":"BE"}"#,
        ]
        return InboundEvent(
            "registration.supplement",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(anne.json),"answer":"here","#
                + #""documents":[\#(papers.joined(separator: ","))]}"#
        )
    }

    private static let customs = [
        "--role", "customs-authority", "--subject", "eaccess:carl", "--name", "Carl Adam",
    ]
    private static let registry = [
        "--role", "vehicle-authority", "--subject", "eaccess:sam", "--name", "Sam Thill",
    ]

    @Test("From the arrival to the plate and the tax, with fields and papers (V01, V02, V20, V42)")
    func registration() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.startAll()
            let request = try await tool.send(form)
            try await tool.wait(for: "pending", of: request)
            try await Self.showsWhatIsMissing(request, with: tool)
            // Out of turn, and not lost for the decision that comes in turn.
            try await tool.run(
                ["decide", request, "--outcome", "granted"] + fields("plateNumber=AB1234")
                    + Self.registry
            )
            try await installation.portal.send(papers(request))
            try await eventually("customs' turn") {
                try installation.request(request)?.approvals == ["number", "insurance", "stamp"]
                    ? () : nil
            }
            let cleared = fields("customsReference=26LU000000000000A1")
            try await tool.run(
                ["decide", request, "--outcome", "granted"] + cleared + Self.customs
            )
            try await eventually("the file's turn") {
                try installation.request(request)?.approvals.last == "customs" ? () : nil
            }
            try await tool.run(
                ["decide", request, "--outcome", "granted"] + fields("plateNumber=AB1234")
                    + Self.registry
            )
            try await tool.wait(for: "granted", of: request)
            try await installation.outboxEmpties()
            let received = try await installation.collector.drain()
            #expect(
                received.compactMap(\.template) == [
                    "vehicle.pending", "vehicle.step", "vehicle.awaiting-you", "vehicle.cleared",
                    "vehicle.awaiting-you", "vehicle.granted",
                ]
            )
            let problems = received.filter { $0.delivery.routingKey == "problem.request" }
            #expect(
                problems.map { $0.data("type")?.text } == ["urn:luccs:problem:step-not-reached"]
            )
            let statuses = received.filter { $0.delivery.routingKey == "status.request" }
            #expect(statuses.map { $0.data("step")?.text } == ["number", "customs", "file", nil])
            #expect(statuses.map { $0.data("missing")?.elements.count } == [6, 0, 0, nil])
            #expect(statuses.allSatisfy { $0.data("total")?.text == "50.00" })
            #expect(statuses.last?.data("plateNumber")?.text == "AB1234")
            let duties = try await tool.run("obligation", "list")
            let story = try await tool.run("request", "explain", request)
            #expect(duties.contains("payment of road tax"), "\(duties)")
            #expect(!story.contains("'registrarctl request timeline'"), "\(story)")
            // The plate is in the status and the mail, and in no log line and no entry.
            let entries = try await tool.run("journal", "export")
            for word in ["WVWZZZ1JZXW000001", "AB1234", "26LU000000000000A1"] {
                #expect(!(entries + daemon.program.stderr).contains(word))
            }
            try await tool.run("journal", "verify")
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    /// To whoever is asked on the telephone, the same as to the portal.
    private static func showsWhatIsMissing(
        _ request: String,
        with tool: OperatorTool
    ) async throws {
        let shown = try await tool.json("request", "show", request)["request"]
        #expect(shown?["missing"]?.elements.count == 6)
        #expect(shown?["step"]?.text == "number")
        #expect(shown?["total"]?.text == "50.00")
        let page = try await tool.run("request", "show", request)
        for text in [
            "  Step       number\n", "\nMissing\n", "technical-inspection", "\nAmounts\n", "50.00",
        ] {
            #expect(page.contains(text), "no \"\(text)\" in:\n\(page)")
        }
    }
}

import Contract
import Domain
import TestKit

@testable import Workflow

extension Auditor {
    /// What is wrong with what was told of vehicles, relief and travellers.
    func publishedDossiers() -> [String] {
        var findings: [String] = []
        var missing: [String: Set<String>] = [:]
        for message in distinct(published, where: { $0.exchange == .out }) {
            let data = Reading(message.body).object("data")
            let request = data["requestId"] ?? ""
            switch message.routingKey {
            case "status.request":
                guard let dossier = model.dossiers[request] else { continue }
                let told = AuditedRegister.Told(data)
                if dossier.told[Int(data["revision"] ?? "") ?? 0] != told {
                    findings.append("of \(request) \(told) is told")
                }
                let amounts = data.objects("amounts").map { Self.cents($0["amount"]) }
                if !amounts.isEmpty, amounts.reduce(0, +) != Self.cents(data["total"]) {
                    findings.append("\(amounts) are said to be \(data["total"] ?? "")")
                }
                // What was valid for some days only may be asked for again.
                let lasting = Set(told.missing ?? []).subtracting(["insurance", "inspection"])
                if told.missing != nil, let before = missing[request], !lasting.isSubset(of: before)
                {
                    findings.append("of \(request) \(lasting) are missing after \(before)")
                }
                missing[request] = lasting
            case "disclosure.traveller": findings += self.findings(ofAnswer: data, to: request)
            case "notification.email" where data["template"]?.hasPrefix("relief.deposit-") == true:
                let paid = model.dossiers[request]?.paid["deposit"] ?? -1
                // No line ends within it.
                let amount = "EUR\u{a0}\(Self.words(for: paid))"
                if data["text"]?.contains(amount) != true {
                    findings.append("\(data["template"] ?? "") does not say \(amount)")
                }
            default: continue
            }
        }
        return findings + answeredTravellers()
    }

    /// Such as `1,002.05`.
    private static func words(for cents: Int64) -> String {
        func digits(_ number: Int64, _ count: Int) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let (thousands, euros) = (cents / 100_000, cents / 100 % 1000)
        return (thousands == 0 ? "\(euros)" : "\(thousands),\(digits(euros, 3))")
            + ".\(digits(cents % 100, 2))"
    }

    private var travellers: [String: [Sent.Dossier]] {
        Dictionary(
            grouping: sent.compactMap { sent in
                guard case .dossier(let said) = sent.content, case .declare = said.action else {
                    return nil
                }
                return said
            },
            by: \.request
        )
    }

    /// Each who was answered is so once.
    private func answeredTravellers() -> [String] {
        let answered = distinct(published, where: { $0.routingKey == "disclosure.traveller" })
            .map { Reading($0.body).object("data")["requestId"] ?? "" }
        let asked = model.requests.filter { $0.value.procedure == "traveller" }.map(\.key)
        return answered.sorted() == asked.sorted()
            ? [] : ["\(asked.count) travellers were answered \(answered.count) times"]
    }

    /// 200 cigarettes are free by air from outside the Union, and cash below 10,000 euros.
    private func findings(ofAnswer data: Reading, to request: String) -> [String] {
        let isRight = (travellers[request] ?? []).contains { said in
            guard case .declare(let pieces, let cash) = said.action else { return false }
            return data.objects("lines").first?["over"] == "\(max(0, pieces - 200))"
                && (data.object("cash")["outcome"] == "declare") == (cash == "98765.43")
        }
        return isRight ? [] : ["traveller \(request) is told something else"]
    }

    /// What is wrong with what is kept: of everything that requests state there is an entry in the
    /// journal, and no vehicle is known from that.
    func storedDossiers() -> [String] {
        var findings: [String] = []
        var stated: [String: Set<String>] = [:]
        var documents: [String: Int] = [:]
        for entry in contents.journal {
            let event = Reading(event: entry.event)
            let request = event["request"] ?? ""
            if event["event"] == "particulars.stated" {
                stated[request, default: []].formUnion(event.texts("members"))
            }
            documents[request, default: 0] += Int(event["documents"] ?? "") ?? 0
            if entry.event.contains(DossierDesk.mark) || entry.cause.contains(DossierDesk.mark) {
                findings.append("the journal names a vehicle: \(entry.event)")
            }
        }
        let kept = Dictionary(
            uniqueKeysWithValues: contents.fields.map { ("\($0)", Set($1.names)) }
        ).filter { !$0.value.isEmpty }
        if kept != stated { findings.append("what requests state is not what the journal has") }
        let named = Dictionary(
            uniqueKeysWithValues: contents.documents.map { ("\($0)", $1.count) }
        ).filter { $0.value > 0 }
        if named != documents.filter({ $0.value > 0 }) {
            findings.append("papers are kept of which the journal does not know")
        }
        for (request, dossier) in model.dossiers {
            let fields = contents.fields.first { "\($0.key)" == request }?.value
            for (kind, cents) in dossier.charged
            where Self.cents(fields?["charge.\(kind)"]) != cents {
                findings.append("\(request) is not charged \(cents) for \(kind)")
            }
            for (kind, cents) in dossier.paid
            where Self.cents(fields?["paid.\(kind)"]) != cents {
                findings.append("\(request) has not paid \(cents) for \(kind)")
            }
            if fields?[RequestFields.plateNumber] != dossier.plate {
                findings.append("\(request) has another number")
            }
        }
        return findings
    }
}

extension AuditedRegister.Told {
    fileprivate init(_ data: Reading) {
        missing = (data.members["missing"] as? [[String: Any]])
            .map { $0.compactMap { $0["item"] as? String }.sorted() }
        step = data["step"]
        findings = data.objects("findings").compactMap { $0["code"] }
        amounts = Dictionary(
            data.objects("amounts").map { ($0["part"] ?? "", Auditor.cents($0["amount"])) }
        ) { first, _ in first }
    }
}

import Contract
import Domain
import Procedures
import Testing
import Workflow

@testable import Correspondence

@Suite("The words of the mails")
struct GoldenMailTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let template: MailTemplate
        let languages: [Language]

        var name: String {
            "\(template.name).\(languages.map(\.rawValue).joined(separator: "-"))"
        }
        var testDescription: String { name }

        static let all = ProcedureCatalogue.mails.flatMap { template in
            Sample.allLanguages.map { Case(template: template, languages: $0) }
        }
    }

    @Test("As text, every case of every template in every language", arguments: Case.all)
    func text(_ mail: Case) throws {
        var text = ""
        for scenario in Scenario.all where scenario.template == mail.template.name {
            let sent = try #require(try scenario.mail(in: mail.languages))
            #expect(try sent.languages == mail.languages.map(\.rawValue))
            text += "======== \(scenario.name)\n\(try sent.string("subject"))\n\n\(try sent.text)"
        }
        try GoldenFile.expect(text, matches: "text/\(mail.name).txt")
    }

    @Test("As HTML, every case of every template", arguments: ProcedureCatalogue.mails)
    func html(_ template: MailTemplate) throws {
        var html = ""
        for scenario in Scenario.all where scenario.template == template.name {
            html += try #require(try scenario.mail(in: [.english, .french])).html
        }
        try GoldenFile.expect(html, matches: "html/\(template.name).en-fr.html")
    }

    @Test("Lines do not end in blanks, nothing is left of a tag", arguments: Case.all)
    func clean(_ mail: Case) throws {
        for scenario in Scenario.all where scenario.template == mail.template.name {
            let sent = try #require(try scenario.mail(in: mail.languages))
            let (text, html) = (try sent.text, try sent.html)
            #expect(!text.contains(" \n") && !text.contains("\n\n\n") && !text.contains("  "))
            for leftover in ["{{", "}}", "**"] {
                #expect(!text.contains(leftover) && !html.contains(leftover))
            }
            let marks = (text + html).unicodeScalars.filter {
                TemplateMark.range.contains($0.value)
            }
            #expect(marks.isEmpty)
        }
    }

    @Test("What is refused, taken away or narrowed is told with whom to turn to (A01, A24)")
    func adverse() throws {
        let scenarios = Scenario.all.filter { scenario in
            let mail = ProcedureCatalogue.mails.first { $0.name == scenario.template }
            guard mail?.variables.contains(.supervisoryAuthority) == true else { return false }
            return !Self.harmless.contains("\(scenario.template): \(scenario.name)")
        }
        let templates = Set(scenarios.map(\.template))
        #expect(templates.isSuperset(of: Self.adverse))
        for scenario in scenarios {
            for languages in Sample.allLanguages {
                let text = try #require(try scenario.mail(in: languages)).text
                for needed in [
                    "decisions@example.lu", "(+352) 28 18 - 28 18",
                    "Data Protection & Freedom, 1 <Main> Road",
                ] {
                    #expect(text.contains(needed), "\(scenario.template): \(scenario.name)")
                }
            }
        }
    }

    private static let adverse: Set = [
        "access.rejected", "access.revoked", "access.changed", "excise.rejected",
        "excise.revoked", "excise.mandate-rejected", "excise.mandate-ended", "ad-hoc-eori.rejected",
        "person.erased", "person.rejected", "relief.rejected",
    ]
    /// Cases of adverse mails in which nothing is taken from anybody.
    private static let harmless: Set = [
        "access.changed: widened", "access.changed: appointed",
        "access.changed: representative", "person.erased: erased",
        "person.erased: erased, told",
    ]

    @Test("Without a telephone and a mailbox for it, the office that decided is named")
    func contact() throws {
        let rejected = try #require(
            Scenario.all.first { $0.template == "excise.rejected" }
        )
        var settings = Sample.settings
        settings.contact = CorrespondenceSettings.Contact()
        settings.officeMailboxes[.exciseOffice] = "excise@example.lu"
        let register = Sample.register(languages: [.english])
        Sample.addExcise(to: register, for: rejected)
        let sent = try Sample.correspondent(settings)
            .follow(rejected.event, register: register, cause: Sample.cause)
            .first { $0.routingKey == "notification.email" }
        let text = try SentData(try #require(sent)).text
        #expect(text.contains("please write to excise@example.lu. "))
        #expect(!text.contains("call"))
    }

    @Test("The scenarios cover every case of every template")
    func coverage() throws {
        for template in ProcedureCatalogue.mails {
            let mails = try Scenario.all.filter { $0.template == template.name }
                .map { try #require(try $0.mail(in: [.english])).text }
            #expect(mails.count >= template.variants.count)
            #expect(Set(mails).count == mails.count, "scenarios of \(template.name) say the same")
        }
    }

    @Test("Pending and granted have the wording of the registration procedure (A26, A27)")
    func procedureWording() throws {
        let pending = try #require(
            try Scenario.all.first { $0.template == "access.pending" }?
                .mail(in: [.english, .french])
        )
        #expect(
            try pending.text == """
                Dear Anne Weber,

                Your LUCCS access request has been submitted and is pending approval.

                Kind regards,

                ----------------------------------------

                Cher/Chère Anne Weber,

                Votre demande d'accès à LUCCS a été soumise et est en attente de validation.

                Cordialement,

                LUCCS
                MODERN AN EFFIZIENT

                """
        )
        let granted = try #require(
            try Scenario.all.first { $0.template == "access.granted" }?
                .mail(in: [.english, .french])
        )
        #expect(
            try granted.text == """
                Dear Anne Weber,

                You have been granted access to LUCCS.

                Authorised operations: Import

                Customs authorities' remarks:

                Kind regards,

                ----------------------------------------

                Cher/Chère Anne Weber,

                Vous avez été autorisé/ée à accéder à LUCCS.

                Opérations autorisées: Importation

                Remarques des autorités douanières:

                Cordialement,

                LUCCS
                MODERN AN EFFIZIENT

                """
        )
    }
}

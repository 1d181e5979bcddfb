import Contract
import Domain
import Testing

@Suite struct CommonMemberTests {
    // MARK: requestId

    @Test(arguments: [Fixture.request, Fixture.request.uppercased()])
    func requestIdentifierIsTheSubjectInEitherCase(_ text: String) throws {
        for subject in [Fixture.request, Fixture.request.uppercased()] {
            let (result, findings) = try reading(
                "{\"requestId\":\"\(text)\"}",
                subject: subject
            ) { $0.requestIdentifier() }
            #expect(result == RequestIdentifier(Fixture.request))
            #expect(result?.description == Fixture.request)
            #expect(findings.isEmpty)
        }
    }

    @Test(arguments: [
        nil, "", "x", "3f1c9a52-8c0e-4d0a-9a0b-2f6f0a4c7a13",
        "3f1c9a52-8c0e-4d0a-9a0b-2f6f0a4c7a12 ", "3f1c9a52m8c0e-4d0a-9a0b-2f6f0a4c7a12",
        "\u{1f}f1c9a52-8c0e-4d0a-9a0b-2f6f0a4c7a12",
    ])
    func refusesAnotherSubject(_ subject: String?) throws {
        let (result, findings) = try reading(
            "{\"requestId\":\"\(Fixture.request)\"}",
            subject: subject
        ) { $0.requestIdentifier() }
        #expect(result == nil)
        #expect(
            findings == [
                Finding(
                    pointer: "/data/requestId",
                    detail: "must be the same as the envelope's subject"
                )
            ]
        )
    }

    @Test func refusesWhatIsNoUUID() throws {
        let (_, findings) = try reading(#"{"requestId":"r-1"}"#, subject: "r-1") {
            $0.requestIdentifier()
        }
        #expect(findings == [Finding(pointer: "/data/requestId", detail: "must be a UUID")])
    }

    // MARK: applicant

    @Test func readsTheApplicant() throws {
        let (applicant, findings) = try reading("{\"applicant\":\(Fixture.applicant)}") {
            $0.applicant()
        }
        #expect(findings.isEmpty)
        #expect(
            applicant
                == Applicant(
                    subject: "eaccess:7f3c",
                    authentication: .luxTrust,
                    familyName: "Weber",
                    givenName: "Anne",
                    email: "anne.weber@example.lu",
                    languages: [.english, .french]
                )
        )
    }

    /// A piece of the applicant, what takes its place, and where that is found wrong.
    static let wrongApplicants: [(String, String, [String])] = [
        (#""subject":"eaccess:7f3c","#, "", ["/subject"]),
        ("eaccess:7f3c", "", ["/subject"]), ("luxtrust", "LuxTrust", ["/authentication"]),
        (#""luxtrust""#, "null", ["/authentication"]), ("Weber", #"We\nber"#, ["/familyName"]),
        (#""Anne""#, "7", ["/givenName"]), ("@", " at ", ["/email"]),
        (#"["en","fr"]"#, "[]", ["/languages"]), (#"["en","fr"]"#, "null", ["/languages"]),
        (#""fr""#, #""en""#, ["/languages/1"]), (#""fr""#, #""nl""#, ["/languages/1"]),
        (#""givenName""#, #""GivenName""#, ["/givenName", "/GivenName"]),
        (#"{"subject""#, #"{"phone":"1","subject""#, ["/phone"]),
    ]

    @Test(arguments: wrongApplicants.indices)
    func refusesWrongApplicants(_ index: Int) throws {
        let (piece, other, pointers) = Self.wrongApplicants[index]
        let json = Fixture.applicant.replacing(piece, with: other)
        #expect(json != Fixture.applicant)
        let (applicant, findings) = try reading("{\"applicant\":\(json)}") { $0.applicant() }
        #expect(applicant == nil)
        #expect(findings.map(\.pointer) == pointers.map { "/data/applicant" + $0 })
    }

    @Test func languagesMayBeLeftOut() throws {
        let json = Fixture.applicant.replacing(#","languages":["en","fr"]"#, with: "")
        let (applicant, findings) = try reading("{\"applicant\":\(json)}") { $0.applicant() }
        #expect(findings.isEmpty)
        #expect(applicant != nil && applicant?.languages == nil)
    }

    @Test func findsEverythingThatIsWrongAtOnce() throws {
        let (_, findings) = try reading(#"{"applicant":{"email":"x","secret":1},"eori":"?"}"#) {
            ($0.applicant(), $0.eori(), $0.operations())
        }
        #expect(
            findings.map(\.pointer) == [
                "/data/applicant/subject", "/data/applicant/authentication",
                "/data/applicant/familyName", "/data/applicant/givenName",
                "/data/applicant/email", "/data/applicant/secret", "/data/eori",
                "/data/operations",
            ]
        )
    }

    // MARK: actor, documents

    @Test func readsTheActor() throws {
        let (actor, findings) = try reading(
            #"{"actor":{"role":"excise-office","subject":"s","name":"Léa"}}"#
        ) { $0.actor() }
        #expect(findings.isEmpty)
        #expect(actor == DecisionMaker(role: .exciseOffice, subject: "s", name: "Léa"))
        let (none, wrong) = try reading(#"{"actor":{"role":"employee","name":"","x":1}}"#) {
            $0.actor()
        }
        #expect(none == nil)
        #expect(
            wrong.map(\.pointer) == [
                "/data/actor/role", "/data/actor/subject", "/data/actor/name", "/data/actor/x",
            ]
        )
        #expect(
            wrong.first?.detail
                == "must be one of customs-authority, manager, excise-office, vehicle-authority"
        )
    }

    @Test func readsDocuments() throws {
        let (documents, findings) = try reading(
            """
            {"documents":[{"kind":"insurance","reference":"A 1"},{"kind":"mandate",\
            "reference":"B","issuedOn":"2026-01-31","validUntil":"2027-01-31"}]}
            """
        ) { $0.documents(kinds: ["insurance", "mandate"]) }
        #expect(findings.isEmpty)
        #expect(
            documents == [
                Document(kind: "insurance", reference: "A 1"),
                Document(
                    kind: "mandate",
                    reference: "B",
                    issuedOn: CivilDate(year: 2026, month: 1, day: 31),
                    validUntil: CivilDate(year: 2027, month: 1, day: 31)
                ),
            ]
        )
        let (none, absent) = try reading("{}") { $0.documents() }
        #expect(none == nil && absent.isEmpty)
    }

    @Test func refusesWrongDocuments() throws {
        let (documents, findings) = try reading(
            """
            {"documents":[{"kind":"x","reference":"r"},{"kind":"mandate"},{"kind":"mandate",\
            "reference":"","issuedOn":"2026-02-30","validUntil":null,"pages":2},"mandate"]}
            """
        ) { $0.documents(kinds: ["insurance", "mandate"]) }
        #expect(documents == nil)
        #expect(
            findings.map(\.pointer) == [
                "/data/documents/0/kind", "/data/documents/1/reference",
                "/data/documents/2/reference", "/data/documents/2/issuedOn",
                "/data/documents/2/validUntil", "/data/documents/2/pages", "/data/documents/3",
            ]
        )
        #expect(findings.first?.detail == "must be one of insurance, mandate")
    }

    /// Findings are journalled and published: no value may stand in them.
    @Test func findingsQuoteNoValues() throws {
        let secret = "SECRET"
        let (_, findings) = try reading(
            """
            {"requestId":"\(secret)","applicant":{"subject":"\(secret)\\n",\
            "authentication":"\(secret)","familyName":"\(secret)\\n","givenName":"\(secret)\\n",\
            "email":"\(secret)","languages":["\(secret)"]},"actor":{"role":"\(secret)",\
            "subject":"\(secret)\\n","name":"\(secret)\\n"},"eori":"\(secret) \(secret)",\
            "operations":["\(secret)"],"remarks":"\(secret)\\u000b","on":"\(secret)",\
            "\(secret) @":1,"documents":[{"kind":"\(secret)\\n","reference":"\(secret)\\n"}]}
            """
        ) { data in
            _ = data.requestIdentifier()
            _ = data.applicant()
            _ = data.actor()
            _ = data.eori()
            _ = data.operations()
            _ = data.remarks()
            _ = data.date("on")
            _ = data.documents()
        }
        #expect(findings.count == 17)
        #expect(findings.allSatisfy { !$0.pointer.contains(secret) && !$0.detail.contains(secret) })
    }
}

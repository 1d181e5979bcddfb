import Contract
import Domain
import Testing

/// Reads `data` given as JSON text, and returns what was read with all findings.
func reading<Result>(
    _ json: String,
    subject: String? = nil,
    _ read: (inout PayloadReader) -> Result
) throws -> (result: Result, findings: [Finding]) {
    guard case .object(let object) = try JSONValue(parsing: Array(json.utf8)) else {
        throw Problem(.malformed, "not an object")
    }
    let envelope = Envelope(
        identifier: "e-1",
        source: "urn:x",
        type: "t",
        time: Instant(seconds: 0),
        subject: subject,
        traceParent: nil
    )
    var reader = PayloadReader(object, envelope: envelope)
    let result = read(&reader)
    return (result, reader.finish())
}

@Suite struct PayloadReaderTests {
    // MARK: Presence and unknown members

    @Test func absentAndNullMembers() throws {
        let (_, absent) = try reading("{}") { data in
            _ = data.eori()
            _ = data.eori("other", .optional)
        }
        #expect(absent == [Finding(pointer: "/data/eori", detail: "is required")])
        let (value, null) = try reading(#"{"eori":null,"other":null}"#) { data in
            [data.eori(), data.eori("other", .optional)]
        }
        #expect(value == [nil, nil])
        #expect(null.map(\.pointer) == ["/data/eori", "/data/other"])
        #expect(null.allSatisfy { $0.detail.hasPrefix("must be an EORI number") })
    }

    @Test func documentedNull() throws {
        let (result, findings) = try reading(#"{"requestId":null,"a":1}"#) { data in
            [data.takeNull("requestId"), data.takeNull("a"), data.takeNull("b"), data.has("a")]
        }
        #expect(result == [true, false, false, true])
        #expect(findings.map(\.pointer) == ["/data/a"])
    }

    @Test func refusesUnknownMembers() throws {
        let (_, findings) = try reading(
            #"{"a":true,"extra":1,"x/y~z":2,"anne@example.lu":3,"Anne Weber":4,"":5,"é":6}"#
        ) { data in
            data.boolean("a")
        }
        #expect(
            findings.map(\.pointer)
                == ["/data/extra", "/data/x~1y~0z", "/data", "/data", "/data", "/data"]
        )
        #expect(findings[0].detail == "is not a member that is known here")
        #expect(findings[2].detail == "has a member that is not known here")
    }

    @Test func listsAllFindingsUpToABound() throws {
        let members = (0..<1000).map { "\"n\($0)\":0" }.joined(separator: ",")
        let (_, findings) = try reading("{\(members)}") { $0.eori() }
        #expect(findings.count == PayloadReader.maximumFindings)
        #expect(findings[1].pointer == "/data/n0")
        #expect(findings.last?.detail == "has more faults, which are not listed")
    }

    @Test func nestedObjects() throws {
        let (result, findings) = try reading(#"{"outer":{"inner":{"a":1,"b":true}}}"#) { data in
            data.object("outer") { outer in
                outer.object("inner") { inner in inner.integer("a", in: 0...9) }
            }
        }
        #expect(result == nil)
        #expect(findings.map(\.pointer) == ["/data/outer/inner/b"])
        let (_, wrong) = try reading(#"{"outer":[]}"#) { data in
            data.object("outer") { $0.boolean("a") }
        }
        #expect(wrong == [Finding(pointer: "/data/outer", detail: "must be an object")])
    }

    @Test func lists() throws {
        let (good, none) = try reading(#"{"goods":[{"n":1},{"n":2}]}"#) { data in
            data.list("goods", count: 1...2) { $0.integer("n", in: 0...9) }
        }
        #expect(good == [1, 2] && none.isEmpty)
        let (bad, findings) = try reading(#"{"goods":[{"n":10},3,{"n":1,"m":1}],"few":[]}"#) {
            data in
            _ = data.list("few", count: 1...5) { $0.integer("n", in: 0...9) }
            return data.list("goods") { $0.integer("n", in: 0...9) }
        }
        #expect(bad == nil)
        #expect(
            findings.map(\.pointer)
                == ["/data/few", "/data/goods/0/n", "/data/goods/1", "/data/goods/2/m"]
        )
        #expect(findings.first?.detail == "must be an array of 1 to 5")
    }

    @Test func exactlyOne() throws {
        let names = ["account", "eori", "authorisation"]
        let (one, fine) = try reading(#"{"eori":"LU1"}"#) { data in
            (data.exactlyOne(of: names), data.eori()?.text)
        }
        #expect(one == ("eori", "LU1") && fine.isEmpty)
        for json in ["{}", #"{"eori":"LU1","account":"x"}"#] {
            let (none, findings) = try reading(json) { $0.exactlyOne(of: names) }
            #expect(none == nil)
            #expect(
                findings == [
                    Finding(
                        pointer: "/data",
                        detail: "must have exactly one of account, eori, authorisation"
                    )
                ]
            )
        }
    }

    @Test func ownFindings() throws {
        let (value, findings) = try reading(#"{"a":1}"#) { data in
            data.report("must be even", at: "a")
            data.report("is odd")
            return data.integer("a", in: 0...1)
        }
        #expect(value == 1)
        #expect(
            findings == [
                Finding(pointer: "/data/a", detail: "must be even"),
                Finding(pointer: "/data", detail: "is odd"),
            ]
        )
    }

    // MARK: Simple values

    /// Reads the member `v` in one way, and says it as text.
    struct Way: Sendable {
        let name: String
        let read: @Sendable (inout PayloadReader) -> String?
        let good: [(json: String, value: String)]
        let bad: [String]
    }

    static let ways: [Way] = [
        Way(
            name: "boolean",
            read: { $0.boolean("v").map(String.init) },
            good: [("true", "true"), ("false", "false")],
            bad: ["0", #""true""#, "null", "[]"]
        ),
        Way(
            name: "integer",
            read: { $0.integer("v", in: 1...10).map(String.init) },
            good: [("1", "1"), ("10", "10"), ("1.0", "1"), ("0.1e2", "10")],
            bad: ["0", "11", "1.5", "1e99", #""1""#, "null", "-1", "99999999999999999999"]
        ),
        Way(
            name: "decimal",
            read: { $0.decimal("v", fractionDigits: 3).map(String.init) },
            good: [("0", "0"), ("0.25", "250"), ("12", "12000"), ("1.2340", "1234")],
            bad: ["0.0001", "-1", #""1""#, "1e30"]
        ),
        Way(
            name: "money",
            read: { $0.money("v").map(String.init) },
            good: [
                (#""10000.00""#, "1000000"), (#""0.05""#, "5"),
                (#""9999999999999.99""#, "999999999999999"),
            ],
            bad: [
                #""1""#, #""1.0""#, #""1.000""#, #"".50""#, #""01.00""#, #""-1.00""#, #""1,00""#,
                #""99999999999999.00""#, "1.00", #""1.00 ""#, #""+1.00""#, #""1..00""#,
            ]
        ),
        Way(
            name: "date",
            read: { $0.date("v")?.description },
            good: [(#""2024-02-29""#, "2024-02-29")],
            bad: [#""2023-02-29""#, #""2024-2-9""#, #""2024-02-29T00:00:00Z""#, "20240229", #""""#]
        ),
        Way(
            name: "uuid",
            read: { $0.uuid("v")?.text },
            good: [
                (
                    #""3F1C9A52-8C0E-4D0A-9A0B-2F6F0A4C7A12""#,
                    "3f1c9a52-8c0e-4d0a-9a0b-2f6f0a4c7a12"
                )
            ],
            bad: [
                #""3f1c9a528c0e4d0a9a0b2f6f0a4c7a12""#, #""""#, "1",
                #""{3f1c9a52-8c0e-4d0a-9a0b-2f6f0a4c7a12}""#,
                #""3f1c9a52-8c0e-4d0a-9a0b-2f6f0a4c7a1g""#,
            ]
        ),
        Way(
            name: "account",
            read: { $0.accountIdentifier("v")?.description },
            good: [("\"\(Fixture.request)\"", Fixture.request)],
            bad: [#""x""#]
        ),
        Way(
            name: "eori",
            read: { $0.eori("v")?.text },
            good: [
                (#""LU1""#, "LU1"), (#""LU123456789012345""#, "LU123456789012345"),
                (#""XX~!{}""#, "XX~!{}"),
            ],
            bad: [
                #""LU""#, #""lu1""#, #""L11""#, #""LU1 2""#, #""LU1234567890123456""#, #""LUé""#,
                #""LU1\n""#, #""""#, "1",
            ]
        ),
        Way(
            name: "choice",
            read: { $0.choice("v", of: ActorRole.self)?.rawValue },
            good: [(#""manager""#, "manager")],
            bad: [#""Manager""#, #""""#, "null", "1"]
        ),
        Way(
            name: "line",
            read: { $0.line("v", 1...3) },
            good: [(#""abc""#, "abc"), (#""€€€""#, "€€€"), (#""e\u0301x""#, "e\u{301}x")],
            bad: [#""""#, #""abcd""#, #""a\nb""#, #""a\tb""#, #""\u007f""#, #""\u0085""#, "1"]
        ),
        Way(
            name: "text",
            read: { $0.text("v", 0...5) },
            good: [
                (#""""#, ""), (#""a\n\tb""#, "a\n\tb"), (#""\u2028""#, "\u{2028}"),
                (#""a\r\nb""#, "a\r\nb"),
            ],
            bad: [#""abcdef""#, #""a\u000bb""#, #""\u0001""#, #""\u007f""#, #""\u009f""#, "null"]
        ),
        Way(
            name: "name",
            read: { $0.name("v") },
            good: [
                (#""Weber""#, "Weber"), (#""O'Neil-Müller, Dr.""#, "O'Neil-Müller, Dr."),
                (
                    "\"" + String(repeating: "ü", count: 100) + "\"",
                    String(repeating: "ü", count: 100)
                ),
                (#""王小明""#, "王小明"),
            ],
            bad: [
                #""""#, "\"" + String(repeating: "a", count: 101) + "\"", #""a\nb""#, #""a\tb""#,
                #""a\u0085b""#, #""a\u2028b""#, #""a\u2029b""#, #""a\u202eb""#, #""a\u202ab""#,
                #""a\u2066b""#, #""a\u2069b""#, #""a\u200bb""#, #""a\u200db""#, #""a\u200eb""#,
                #""a\u200fb""#, #""a\u061cb""#, #""a\ufeffb""#, #""a\u2060b""#, "1",
            ]
        ),
        Way(
            name: "subject",
            read: { $0.subject("v") },
            good: [
                (#""eaccess:7f3c""#, "eaccess:7f3c"),
                (
                    "\"" + String(repeating: "a", count: 255) + "\"",
                    String(repeating: "a", count: 255)
                ),
            ],
            bad: [#""""#, "\"" + String(repeating: "a", count: 256) + "\"", #""a\nb""#]
        ),
        Way(
            name: "operations",
            read: { $0.operations("v")?.list.map(\.rawValue).joined(separator: " ") },
            good: [
                (#"["transit","import"]"#, "import transit"),
                (
                    #"["import","transit","temporary-storage","release-for-consumption","#
                        + #""import-control","guarantee-management"]"#,
                    "import transit temporary-storage release-for-consumption import-control "
                        + "guarantee-management"
                ),
            ],
            bad: ["[]", #""import""#, "{}", "null"]
        ),
        Way(
            name: "languages",
            read: { $0.languages("v")?.map(\.rawValue).joined(separator: " ") },
            good: [(#"["fr","en"]"#, "fr en"), (#"["lb","de"]"#, "lb de")],
            bad: ["[]", #""en""#]
        ),
        Way(
            name: "remarks",
            read: { $0.remarks("v") },
            good: [
                (
                    "\"" + String(repeating: "é", count: 4000) + "\"",
                    String(repeating: "é", count: 4000)
                )
            ],
            bad: ["\"" + String(repeating: "é", count: 4001) + "\"", #""""#]
        ),
    ]

    @Test(arguments: ways.indices)
    func readsSimpleValues(_ index: Int) throws {
        let way = Self.ways[index]
        for (json, value) in way.good {
            let (result, findings) = try reading("{\"v\":\(json)}") { way.read(&$0) }
            #expect(result == value, "\(way.name) \(json)")
            #expect(findings.isEmpty, "\(way.name) \(json)")
        }
        for json in way.bad {
            let (result, findings) = try reading("{\"v\":\(json)}") { way.read(&$0) }
            #expect(result == nil, "\(way.name) \(json)")
            #expect(findings.map(\.pointer) == ["/data/v"], "\(way.name) \(json)")
            #expect(findings.allSatisfy { $0.detail.hasPrefix("must be ") }, "\(findings)")
        }
    }

    @Test func choicesNameTheElementThatIsWrong() throws {
        let (result, findings) = try reading(
            #"{"operations":["import","imports","import",1],"languages":["en","en"]}"#
        ) { data in
            (data.operations(), data.languages())
        }
        #expect(result.0 == nil && result.1 == nil)
        #expect(
            findings.map(\.pointer) == [
                "/data/operations/1", "/data/operations/2", "/data/operations/3",
                "/data/languages/1",
            ]
        )
        #expect(
            findings[0].detail
                == "must be one of import, transit, temporary-storage, release-for-consumption, "
                + "import-control, guarantee-management"
        )
        #expect(findings[1].detail == "must not be there twice")
    }

    @Test(arguments: [
        "a@b", "anne.weber@example.lu", "a+b@example.co.uk", "!#$%&'*+-/=?^_`{|}~@example.lu",
        #"\"a@b\"@example.lu"#, #"\"a\\\"b\"@example.lu"#, "anne@müller.lu", "änne@example.lu",
        "1@1.2", "x@xn--mller-kva.lu", "用户@例子.广告",
    ])
    func acceptsEmail(_ address: String) throws {
        let (result, findings) = try reading("{\"email\":\"\(address)\"}") { $0.email() }
        #expect(result != nil && findings.isEmpty)
    }

    @Test(arguments: [
        "", "a", "@", "a@", "@b", "a@b@c", "a b@c.lu", "a@b c.lu", " a@b.lu", "a@b.lu ",
        "a@b.lu,c@d.lu", "a@b.lu;c@d.lu", "Anne <a@b.lu>", "<a@b.lu>", #"a@b.lu\nBcc: c@d.lu"#,
        #"a@b.lu\r\n"#, #"a\u0001@b.lu"#, #"a@b.lu\u2028"#, #"a\u200b@b.lu"#, #"a\u202e@b.lu"#,
        #"a\u00a0b@c.lu"#, #"a@b\u3000c.lu"#, ".a@b.lu", "a.@b.lu", "a..b@c.lu", "a@.lu", "a@b.",
        "a@b..lu", "a@-b.lu", "a@b-.lu", "a@b_c.lu", "a@[192.0.2.1]", "(c)a@b.lu", "a:b@c.lu",
        #"\"\"@b.lu"#, #"\"a@b.lu"#, #"\"a\"b\"@c.lu"#, #"\"a\\\"@c.lu"#, #"a\"b@c.lu"#,
        #"\"a b\"@c.lu"#, "mailto:a@b.lu", "a@b.lu?cc=c",
        String(repeating: "a", count: 65) + "@b.lu",
        "a@" + String(repeating: "b", count: 64) + ".lu",
        "a@" + String(repeating: "b.", count: 126) + "b",
    ])
    func refusesEmail(_ address: String) throws {
        let (result, findings) = try reading("{\"email\":\"\(address)\"}") { $0.email() }
        #expect(result == nil)
        #expect(
            findings == [
                Finding(
                    pointer: "/data/email",
                    detail: "must be one e-mail address, such as name@example.lu"
                )
            ]
        )
    }
}

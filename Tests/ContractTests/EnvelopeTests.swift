import Contract
import Domain
import Testing

@Suite struct EnvelopeTests {
    typealias Attributes = [(String, String?)]

    @Test func readsTheEnvelope() {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let decoded = Fixture.decoder.decode(
            Fixture.registration(attributes: [("traceparent", "\"\(trace)\"")])
        )
        #expect(
            decoded.envelope
                == Envelope(
                    identifier: "e-1",
                    source: "urn:luccs:ntp-portal",
                    type: "lu.etat.do.registration.fake.v1",
                    time: Instant(rfc3339: "2026-11-21T05:14:09Z") ?? Instant(seconds: 0),
                    subject: Fixture.request,
                    traceParent: trace
                )
        )
        #expect(decoded.command?.eori?.text == "LU12345678")
    }

    static let accepted: [Attributes] = [
        [("id", "\"\(String(repeating: "é", count: 128))\"")],
        [("source", #""/relative?a=b#c""#)], [("source", #""https://[::1]:80/a%20b""#)],
        [("source", #""mailto:x""#)], [("source", #""a""#)], [("source", #""urn:x:y;z=1""#)],
        [("source", "\"urn:\(String(repeating: "a", count: 1020))\"")],
        [("time", #""2026-11-21t05:14:09.123456789+01:00""#)],
        [("datacontenttype", #""application/json""#)],
        [("datacontenttype", #""Application/JSON; charset=utf-8""#)],
        [("datacontenttype", "null")], [("data_base64", "null")], [("traceparent", "null")],
        [("dataschema", #""urn:x""#)], [("comexampleextension1", #""v""#)],
        [("ext", "7")], [("ext", "true")], [("ext", "null")], [("ext", "{\"a\":[]}")],
        [("0", #""""#)], [("partitionkey", #""x""#), ("sequence", "1")],
    ]

    @Test(arguments: accepted.indices)
    func accepts(_ index: Int) {
        let decoded = Fixture.decoder.decode(
            Fixture.registration(attributes: Self.accepted[index])
        )
        #expect(decoded.command != nil, "\(decoded)")
    }

    /// Attributes, and where they are found wrong.
    static let refused: [(Attributes, [String])] = [
        ([("specversion", nil)], ["/specversion"]), ([("specversion", "1.0")], ["/specversion"]),
        ([("specversion", #""0.3""#)], ["/specversion"]),
        ([("specversion", #""1.0.2""#)], ["/specversion"]),
        ([("specversion", "null")], ["/specversion"]),
        ([("id", nil)], ["/id"]), ([("id", #""""#)], ["/id"]), ([("id", "1")], ["/id"]),
        ([("id", "\"\(String(repeating: "a", count: 129))\"")], ["/id"]),
        ([("id", #""a\nb""#)], ["/id"]), ([("id", #""a\ufffe""#)], ["/id"]),
        ([("id", #""\ufdd0""#)], ["/id"]), ([("id", "null")], ["/id"]),
        ([("source", nil)], ["/source"]), ([("source", #""""#)], ["/source"]),
        ([("source", #""a b""#)], ["/source"]), ([("source", #""urn:é""#)], ["/source"]),
        ([("source", #""1a:b""#)], ["/source"]), ([("source", #"":a""#)], ["/source"]),
        ([("source", #""a#b#c""#)], ["/source"]), ([("source", #""%zz""#)], ["/source"]),
        ([("source", #""%a""#)], ["/source"]), ([("source", #""a[b]""#)], ["/source"]),
        ([("source", #""http://a:b/""#)], ["/source"]), ([("source", #""<a>""#)], ["/source"]),
        ([("source", #""http://[::1""#)], ["/source"]),
        ([("source", #""x://a@b@c""#)], ["/source"]),
        ([("source", #""a?[""#)], ["/source"]), ([("source", "{}")], ["/source"]),
        ([("source", "\"urn:\(String(repeating: "a", count: 1021))\"")], ["/source"]),
        ([("type", nil)], ["/type"]), ([("type", #""""#)], ["/type"]),
        ([("type", "[]")], ["/type"]),
        ([("type", "\"\(String(repeating: "a", count: 1025))\"")], ["/type"]),
        ([("time", nil)], ["/time"]), ([("time", #""2026-11-21""#)], ["/time"]),
        ([("time", #""2026-11-21T05:14:09""#)], ["/time"]),
        ([("time", #""2026-02-30T05:14:09Z""#)], ["/time"]),
        ([("time", #""2026-11-21 05:14:09Z""#)], ["/time"]), ([("time", "1795")], ["/time"]),
        ([("time", "null")], ["/time"]),
        ([("subject", #""""#)], ["/subject"]), ([("subject", "1")], ["/subject"]),
        ([("subject", #""a\u0007""#)], ["/subject"]),
        ([("datacontenttype", #""text/plain""#)], ["/datacontenttype"]),
        ([("datacontenttype", #""application/json;\n""#)], ["/datacontenttype"]),
        ([("datacontenttype", #""application/json2""#)], ["/datacontenttype"]),
        ([("datacontenttype", #""""#)], ["/datacontenttype"]),
        ([("datacontenttype", "1")], ["/datacontenttype"]),
        ([("data_base64", #""e30=""#)], ["/data_base64"]),
        ([("data", nil), ("data_base64", #""e30=""#)], ["/data_base64"]),
        ([("Extension", "1")], ["/Extension"]), ([("my-ext", "1")], ["/my-ext"]),
        ([("my_ext", "1")], ["/my_ext"]), ([("é", "1")], [""]), ([("", "1")], [""]),
        ([("id", nil), ("time", nil), ("X", "1")], ["/X", "/id", "/time"]),
    ]

    @Test(arguments: refused.indices)
    func refuses(_ index: Int) {
        let (attributes, pointers) = Self.refused[index]
        let decoded = Fixture.decoder.decode(Fixture.registration(attributes: attributes))
        #expect(decoded.problem?.code == .notAnEvent, "\(decoded)")
        #expect(decoded.problem?.findings.map(\.pointer) == pointers)
        #expect(decoded.envelope == nil)
    }

    @Test(arguments: ["[]", "1", "null", #""x""#, "[{}]"])
    func refusesWhatIsNoObject(_ body: String) {
        let decoded = Fixture.decoder.decode(
            Fixture.message("registration.fake", body: Array(body.utf8))
        )
        #expect(decoded.problem?.code == .notAnEvent)
    }

    @Test(arguments: [
        "application/cloudevents+json", "application/cloudevents+json; charset=utf-8",
        "Application/CloudEvents+JSON;charset=UTF-8", " application/cloudevents+json ;x",
    ])
    func acceptsContentType(_ contentType: String) {
        let decoded = Fixture.decoder.decode(Fixture.registration(contentType: contentType))
        #expect(decoded.command != nil)
    }

    @Test(arguments: [
        nil, "", "application/json", "application/cloudevents", "application/cloudevents+jsonx",
        "application/cloudevents-batch+json", "application/cloudevents+json, text/plain", ";",
        "application/cloudevents\u{b}json",
    ])
    func refusesContentType(_ contentType: String?) {
        let decoded = Fixture.decoder.decode(Fixture.registration(contentType: contentType))
        #expect(decoded.problem?.code == .notAnEvent)
        #expect(decoded.envelope == nil)
    }

    /// Trace context that is wrong is dropped, and the message taken all the same.
    @Test(arguments: [
        #""""#, #""x""#, "1", "null", "[]",
        #""00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01""#,
        #""ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01""#,
        #""00-00000000000000000000000000000000-b7ad6b7169203331-01""#,
        #""00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01""#,
        #""00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x""#,
        #""00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0""#,
        #""01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x""#,
        #""00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01""#,
    ])
    func dropsWrongTraceContext(_ json: String) {
        let decoded = Fixture.decoder.decode(
            Fixture.registration(attributes: [("traceparent", json)])
        )
        #expect(decoded.command != nil)
        #expect(decoded.envelope?.traceParent == nil)
    }

    @Test func keepsTraceContextOfLaterVersions() {
        let text = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes"
        let decoded = Fixture.decoder.decode(
            Fixture.registration(attributes: [("traceparent", "\"\(text)\"")])
        )
        #expect(decoded.envelope?.traceParent == text)
    }
}

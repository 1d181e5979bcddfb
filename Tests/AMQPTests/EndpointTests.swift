import AMQP
import Testing

@Suite struct EndpointTests {
    @Test func readsEveryPart() throws {
        let endpoint = try Endpoint(
            url: "amqps://us%40er:p%2Fss%3Aw@broker.example:5673/cus%2Ftoms?heartbeat=5&name=a%20b"
        )
        #expect(endpoint.host == "broker.example")
        #expect(endpoint.port == 5673)
        #expect(endpoint.user == "us@er")
        #expect(endpoint.password == "p/ss:w")
        #expect(endpoint.virtualHost == "cus/toms")
        #expect(endpoint.usesTLS)
        #expect(endpoint.queryParameters == ["heartbeat": "5", "name": "a b"])
    }

    @Test(arguments: [
        ("amqp://localhost", 5672, "/"), ("amqps://localhost", 5671, "/"),
        ("amqp://localhost/", 5672, "/"), ("AMQP://localhost/%2F", 5672, "/"),
        ("amqp://localhost:1/x", 1, "x"),
    ])
    func fillsInWhatIsLeftOut(_ url: String, _ port: Int, _ virtualHost: String) throws {
        let endpoint = try Endpoint(url: url)
        #expect(endpoint.port == port)
        #expect(endpoint.virtualHost == virtualHost)
        #expect(endpoint.user == "guest")
    }

    @Test func readsIPv6() throws {
        let endpoint = try Endpoint(url: "amqp://a:b@[::1]:99/")
        #expect(endpoint.host == "::1")
        #expect(endpoint.port == 99)
        #expect(endpoint.description == "amqp://a@[::1]:99/%2F")
    }

    @Test(arguments: [
        "", "http://localhost", "amqp://", "amqp://:5672", "amqp://host:0", "amqp://host:65536",
        "amqp://host:+1", "amqp://host:", "amqp://host/a/b", "amqp://host/%2", "amqp://host/%zz",
        "amqp://host/%FF", "amqp://u%00:p@host", "amqp://host#x", "amqp://[::1", "amqp://[::1]x",
        "amqp://ho\nst",
    ])
    func refusesWhatIsWrong(_ url: String) {
        #expect(throws: AMQPError.self) { try Endpoint(url: url) }
    }

    @Test func neverShowsAPassword() throws {
        let endpoint = try Endpoint(url: "amqp://u:URLSECRET@host/v", password: "FILESECRET")
        #expect(endpoint.password == "FILESECRET")
        var dumped = ""
        dump(endpoint, to: &dumped)
        for shown in [endpoint.description, endpoint.debugDescription, "\(endpoint)", dumped] {
            #expect(!shown.contains("SECRET"))
            #expect(shown.contains("amqp://u@host:5672/v"))
        }
        do {
            _ = try Endpoint(url: "amqp://u:URLSECRET@host:bad")
            Issue.record("a wrong port was accepted")
        } catch {
            #expect(!"\(error)".contains("SECRET"))
        }
    }
}

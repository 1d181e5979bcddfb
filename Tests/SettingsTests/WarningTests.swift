import Testing

@testable import Settings

@Suite("What is accepted with a warning")
struct WarningTests {
    @Test(
        "warnings",
        arguments: [
            (
                "broker: { url: 'amqp://u:secret@127.0.0.1' }",
                "c.yaml:2:11: broker.url: holds a password, which others may read here; take it out and set broker.passwordFile"
            ),
            (
                "broker: { url: 'amqp://guest:guest@127.0.0.1' }",
                "c.yaml:2:11: broker.url: holds a password, which others may read here; take it out and set broker.passwordFile"
            ),
            (
                "operator: { brokerURL: 'amqp://u:secret@127.0.0.1' }",
                "c.yaml:2:13: operator.brokerURL: holds a password, which others may read here; take it out and set operator.passwordFile"
            ),
            (
                "broker: { url: 'amqp://u@broker.lu' }",
                "c.yaml:2:11: broker.url: sends passwords and messages to broker.lu unencrypted; use amqps://"
            ),
            (
                "http: { listen: '0.0.0.0:9419' }",
                "c.yaml:2:9: http.listen: 0.0.0.0:9419 can be reached from other machines, and nothing there is protected; listen on 127.0.0.1 or [::1]"
            ),
            (
                "http: { listen: '[::]:9419' }",
                "c.yaml:2:9: http.listen: [::]:9419 can be reached from other machines, and nothing there is protected; listen on 127.0.0.1 or [::1]"
            ),
            (
                "broker: { tls: { ca: /ca } }",
                "c.yaml:2:18: broker.tls.ca: is not used, since broker.url is not amqps://; use amqps://, or remove it"
            ),
            (
                "broker: { url: 'amqps://u@h', tls: { verifyPeer: false } }",
                "c.yaml:2:38: broker.tls.verifyPeer: the broker's certificate is not checked, so anybody can pose as the broker; set it to true, and broker.tls.ca to the authority"
            ),
            (
                "procedures: { access: { remindAfter: 30d } }",
                "c.yaml:2:25: procedures.access.remindAfter: requests expire after 30d, so nobody is reminded after 30d; use less than procedures.access.companyExpireAfter"
            ),
            (
                "procedures: { access: { escalateAfter: 30wd } }",
                "c.yaml:2:25: procedures.access.escalateAfter: requests expire after 30d, so the authority is not told after 30wd; use less than procedures.access.companyExpireAfter, or null"
            ),
            (
                "procedures: { access: { remindAfter: 9d, escalateAfter: null, expireAfter: 9d, companyExpireAfter: 2d } }",
                "c.yaml:2:25: procedures.access.remindAfter: requests expire after 9d, so nobody is reminded after 9d; use less than procedures.access.expireAfter"
            ),
            (
                "procedures: { excise: { expireAfter: 5wd } }",
                "c.yaml: procedures.excise.remindAfter: requests expire after 5wd, so nobody is reminded after 5wd; use less than procedures.excise.expireAfter"
            ),
            (
                "procedures: { access: { retain: { rejected: 1s } } }",
                "c.yaml:2:35: procedures.access.retain.rejected: requests are erased 1s after they ended, and cannot be looked up any more; use a day or more, unless this is for trying out"
            ),
            (
                "procedures: { person: { retain: 23h } }",
                "c.yaml:2:25: procedures.person.retain: requests are erased 23h after they ended, and cannot be looked up any more; use a day or more, unless this is for trying out"
            ),
        ]
    )
    func warnings(yaml: String, warning: String) throws {
        #expect(try load(somebody + yaml).warnings.map(\.description) == [warning])
    }

    @Test("nobody named as a publisher")
    func nobody() throws {
        #expect(
            try load("publishers: {}").warnings.map(\.description) == [
                "c.yaml:1:1: publishers: nobody is named, so every message is refused as forbidden; name the broker users and their roles, such as ntp-portal: [portal]"
            ]
        )
    }

    @Test(
        "nothing to warn about",
        arguments: [
            "http: { listen: 'localhost:1' }", "http: { listen: '[::1]:1' }",
            "http: { listen: '127.9.9.9:1' }",
            "broker: { url: 'amqp://127.0.0.1' }",
            "broker: { url: 'amqps://u@broker.lu', tls: { ca: /ca } }",
            "procedures: { access: { retain: { rejected: 1d, withdrawn: 1wd } } }",
        ]
    )
    func quiet(yaml: String) throws {
        #expect(try load(somebody + yaml).warnings == [])
    }
}

import Contract
import Domain
import Testing
import Workflow

@testable import Correspondence

@Suite("Orders to the provisioner")
struct ProvisioningOrderTests {
    private func follow(
        _ event: Event,
        register: SmallRegister = Sample.register()
    ) throws -> [OutboundMessage] {
        try Sample.correspondent().follow(event, register: register, cause: Sample.cause)
    }

    @Test("An order that is given again is a PUT of the whole user as they should be by now")
    func givenAgain() throws {
        let location = "https://idp.example.lu/scim/v2/Users/7"
        for (status, isActive) in [(AccountStatus.provisioning, true), (.revoked, false)] {
            let register = Sample.register()
            register.accounts = [Sample.account(status: status, location: location)]
            for method in [ProvisioningMethod.post, .patch] {
                let order = ProvisioningOrder(
                    account: Sample.account,
                    number: 1,
                    method: method,
                    tries: [method, .put],
                    causation: "portal-42"
                )
                let messages = try follow(.provisioning(order, .retried), register: register)
                #expect(messages.map(\.account) == [Sample.account])
                let sent = try SentData(try #require(messages.first))
                #expect(try sent.string("account") == Sample.account.description)
                let operation = try sent.operation
                #expect(operation["method"] as? String == "PUT")
                #expect(operation["path"] as? String == "/Users/7")
                #expect(operation["bulkId"] == nil)
                let user = try #require(operation["data"] as? [String: Any])
                #expect(user["active"] as? Bool == isActive)
                #expect(user["userName"] as? String == "eaccess:anne@\(Sample.eori)")
                let luccs = try #require(user[SCIM.extensionSchema] as? [String: Any])
                #expect(luccs["subject"] as? String == "eaccess:anne")
            }
        }
    }

    @Test("A user who is replaced is told that they may not use EMCS any more; a new one is not")
    func replaced() throws {
        let numbers = [[], [Sample.exciseNumber]]
        for numbers in numbers {
            var account = Sample.account()
            account.entitlements = numbers.map { Entitlement("emcs", under: $0) }
            let register = Sample.register()
            register.accounts = [account]
            let order = ProvisioningOrder(
                account: Sample.account,
                number: 1,
                method: .patch,
                tries: [.patch, .put],
                causation: "portal-42"
            )
            let put = try follow(.provisioning(order, .retried), register: register)
            #expect(try sentNumbers(put) == numbers.map(\.text))
            let post = try follow(.accountOpened(account), register: register)
            #expect(try sentNumbers(post) == (numbers.isEmpty ? nil : numbers.map(\.text)))
        }
    }

    private func sentNumbers(_ messages: [OutboundMessage]) throws -> [String]? {
        let sent = try SentData(try #require(messages.first))
        let user = try #require(sent.operation["data"] as? [String: Any])
        let luccs = try #require(user[SCIM.extensionSchema] as? [String: Any])
        return luccs["emcs"] as? [String]
    }

    @Test("A deletion stays one, and needs nothing of the person")
    func deletedAgain() throws {
        let register = Sample.register()
        register.accounts = [Sample.account(status: .revoked)]
        register.persons = []
        let order = ProvisioningOrder(
            account: Sample.account,
            number: 1,
            method: .delete,
            tries: [.delete, .delete],
            causation: "portal-42"
        )
        let messages = try follow(.provisioning(order, .retried), register: register)
        let sent = try SentData(try #require(messages.first))
        let operation = try sent.operation
        #expect(operation["method"] as? String == "DELETE")
        #expect(
            operation["path"] as? String == #"/Users?filter=externalId eq "\#(Sample.account)""#
        )
        #expect(operation.keys.sorted() == ["method", "path"])
        // Where the user lives is known until they are gone, though the account counts as deleted.
        register.accounts = [Sample.account(status: .deleted, location: "/scim/v2/Users/7")]
        let again = try follow(.provisioning(order, .retried), register: register)
        let place = try SentData(try #require(again.first)).operation["path"] as? String
        #expect(place == "/Users/7")
    }

    @Test("Where nobody is to be replaced, the user is made: with an id for the bulk, at /Users")
    func madeAgain() throws {
        let order = ProvisioningOrder(
            account: Sample.account,
            number: 1,
            method: .patch,
            tries: [.patch, .post],
            causation: "portal-42"
        )
        let register = Sample.register()
        register.accounts = [Sample.account(status: .provisioning)]
        let post = try follow(.provisioning(order, .retried), register: register)
        let operation = try SentData(try #require(post.first)).operation
        #expect(operation["method"] as? String == "POST")
        #expect(operation["path"] as? String == "/Users")
        #expect(operation["bulkId"] as? String == Sample.account.description)
    }

    @Test("Who comes back takes the place of the former user, known or looked up by the former id")
    func comesBack() throws {
        let byFormer = #"/Users?filter=externalId eq "\#(Sample.former)""#
        let byOwn = #"/Users?filter=externalId eq "\#(Sample.account)""#
        for (location, path) in [(nil, byFormer), ("https://x.lu/Users/7", "/Users/7")] {
            var account = Sample.account(status: .provisioning, location: location)
            account.former = Sample.former
            let sent = try follow(.accountOpened(account))
            let operation = try SentData(try #require(sent.first)).operation
            #expect(operation["method"] as? String == "PUT")
            #expect(operation["path"] as? String == path)
            let user = try #require(operation["data"] as? [String: Any])
            #expect(user["externalId"] as? String == Sample.account.description)
            // Orders about both are one stream, so that none overtakes another.
            #expect(sent.first?.subject == Sample.anne.description)
            // It has the account's own id once the first order is carried out.
            #expect(SCIM.path(of: account, for: .patch) == location.map { _ in path } ?? byOwn)
        }
    }

    @Test(
        "The path of a user that exists",
        arguments: [
            (nil, nil), ("", nil),
            ("https://idp.example.lu/scim/v2/Users/2819c223", "/Users/2819c223"),
            ("https://idp.example.lu/Users/v2/Users/2819c223", "/Users/2819c223"),
            ("/Users/2819c223", "/Users/2819c223"), ("Users/2819c223", "/Users/2819c223"),
            ("https://idp.example.lu/Users/a/b?c", "/Users/a/b?c"),
            ("https://idp.example.lu/u/7", nil), ("https://idp.example.lu", nil),
            ("https://idp.example.lu/Users", nil), ("https://idp.example.lu/Users/", nil),
            ("https://idp.example.lu/Users/a b", nil), ("https://idp.example.lu/Users/zoë", nil),
            ("https://idp.example.lu/users/7", nil),
        ] as [(String?, String?)]
    )
    func scimPath(location: String?, path: String?) {
        let account = Sample.account(location: location)
        let byFilter = #"/Users?filter=externalId eq "\#(Sample.account)""#
        for method in [ProvisioningMethod.put, .patch, .delete] {
            #expect(SCIM.path(of: account, for: method) == path ?? byFilter)
        }
        #expect(SCIM.path(of: account, for: .post) == "/Users")
    }

    @Test("Orders to users whose place is not known, word for word")
    func golden() throws {
        var account = Sample.account(status: .provisioning)
        account.former = Sample.former
        let returning = try follow(.accountOpened(account))
        try GoldenFile.expect(
            String(decoding: try #require(returning.first).body, as: UTF8.self),
            matches: "events/provisioning.account.put-former.json"
        )
        let deleted = try follow(
            .accountChanged(
                Sample.account(status: .deleted),
                previous: Sample.account(status: .deleted),
                .reappeared,
                by: .provisioner,
                remarks: nil
            )
        )
        #expect(deleted.count == 1)
        try GoldenFile.expect(
            String(decoding: try #require(deleted.first).body, as: UTF8.self),
            matches: "events/provisioning.account.delete-unknown.json"
        )
    }
}

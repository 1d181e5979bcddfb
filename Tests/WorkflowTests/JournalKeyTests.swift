import Contract
import Domain
import Foundation
import Testing

@testable import Workflow

/// The key that signs, and what replaying makes of an entry.
struct JournalKeyTests {
    /// Made by `openssl genpkey -algorithm ed25519`; the rest by `openssl pkey -pubout` and
    /// `openssl pkey -pubin -outform DER | sha256sum`.
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIHzUTpJQlE3moZUaan4QJvWrtmtECAo2qLznXjEy2xdq
        -----END PRIVATE KEY-----

        """
    private static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAYbiuUpxvUzmQ8X3CL4gw1WYJurBLfYnoLthdaz0iXXY=
        -----END PUBLIC KEY-----

        """

    @Test("a key of openssl's is read and written alike")
    func openssl() throws {
        let key = try JournalKey(pem: Array(Self.pem.utf8))
        #expect(key.pem == Self.pem)
        #expect(key.publicKey.pem == Self.publicPEM)
        let publicKey = try JournalPublicKey(pem: Array(Self.publicPEM.utf8))
        #expect(publicKey.fingerprint == key.publicKey.fingerprint)
        #expect(
            publicKey.fingerprint.hexadecimal
                == "5823265b438864706c5ed733aafa8a7b969eb0b2a6c836af571a5f474dd92969"
        )
    }

    /// Signed by `openssl pkeyutl -sign -rawin`.
    @Test("a signature of openssl's is this key's")
    func signature() throws {
        let key = try JournalKey(pem: Array(Self.pem.utf8))
        let checkpoint = JournalCheckpoint(
            number: 1,
            sequence: 2,
            hash: [UInt8](repeating: 0xab, count: 32),
            at: Instant(milliseconds: 1_790_000_000_123),
            previous: JournalCheckpoint.noPrevious,
            key: key.publicKey.fingerprint
        )
        let signed = try key.sign(checkpoint)
        #expect(
            signed.signature.hexadecimal
                == "b90edef951dfab8b4d8350216703a0f610e71236371d4b83570df7b476c5f017"
                + "7190a1de9c341f0270cb1485dab0910f2a4479321335f6a42da1cd48c9b84c06"
        )
        #expect(key.publicKey.verifies(signed))
        let altered = JournalCheckpoint(
            number: 1,
            sequence: 3,
            hash: signed.hash,
            at: signed.at,
            previous: signed.previous,
            key: signed.key,
            signature: signed.signature
        )
        #expect(!key.publicKey.verifies(altered))
    }

    @Test(
        "what is no key is refused",
        arguments: [
            "", "secret", publicPEM, pem.replacing("MC4C", with: "MC4D"),
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n",
            "-----BEGIN PRIVATE KEY-----\n???\n-----END PRIVATE KEY-----\n",
        ]
    )
    func noKey(text: String) {
        #expect(throws: JournalKeyError.self) { try JournalKey(pem: Array(text.utf8)) }
    }

    // MARK: - Replay

    private func effects(_ event: String) -> [JournalEffect]? {
        JournalEffect.effects(of: Array(event.utf8))
    }

    @Test("records are overwritten whatever the event is called, and references are not")
    func overwriting() {
        let record = JSONObject([
            JSONObject.Member("id", .string("r1")), JSONObject.Member("new", .boolean(true)),
        ])
        #expect(
            effects(#"{"event":"request.invented","request":{"id":"r1","new":true}}"#)
                == [.overwrite(.request, identifier: "r1", record: record)]
        )
        #expect(effects(#"{"event":"supplement.received","request":"r1"}"#) == [])
        #expect(effects(#"{"event":"nothing.to-change","by":"rule"}"#) == [])
        #expect(
            effects(#"{"event":"person.changed","person":"p1","changed":["email"]}"#)
                == [.overwrite(.person, identifier: "p1", record: JSONObject([]))]
        )
        #expect(
            effects(#"{"event":"x","operator":{"eori":"LU1"},"account":{"id":"a1"}}"#)?.count == 2
        )
    }

    @Test("what is erased is removed, however it is named")
    func erasing() {
        for name in [#""r1""#, #"{"id":"r1","status":"rejected"}"#] {
            #expect(
                effects(#"{"event":"request.erased","request":\#(name)}"#)
                    == [.remove(.request, identifier: "r1")]
            )
        }
        #expect(
            effects(#"{"event":"person.erased","person":"p1"}"#)
                == [.remove(.person, identifier: "p1")]
        )
    }

    @Test(
        "what cannot be understood is not passed over",
        arguments: [
            "", "7", "{}", #"{"event":7}"#, #"{"event":"request.erased"}"#,
            #"{"event":"request.changed","request":{"status":"granted"}}"#,
        ]
    )
    func unreadable(event: String) {
        #expect(effects(event) == nil)
    }

    @Test("the first member that differs is named")
    func difference() throws {
        func object(_ text: String) throws -> JSONObject {
            guard case .object(let object) = try JSONValue(parsing: Array(text.utf8)) else {
                return JSONObject([])
            }
            return object
        }
        let stored = try object(#"{"id":"r1","status":"granted","list":["a"],"n":1}"#)
        #expect(RecordDifference(stored: stored, replayed: stored) == nil)
        let differing = try object(#"{"id":"r1","status":"pending","list":["b"],"n":1}"#)
        let difference = try #require(RecordDifference(stored: stored, replayed: differing))
        #expect(difference.member == "status")
        #expect(difference.stored == #""granted""# && difference.replayed == #""pending""#)
        let longer = try object(#"{"id":"r1","status":"granted","list":["a"],"n":1,"more":2}"#)
        #expect(RecordDifference(stored: stored, replayed: longer)?.stored == nil)
        #expect(RecordDifference(stored: stored, replayed: longer)?.member == "more")
    }
}

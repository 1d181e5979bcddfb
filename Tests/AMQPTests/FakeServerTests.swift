import AMQP
import Foundation
import Testing

/// What no real broker does on request.
@Suite struct FakeServerTests {
    private func endpoint(_ server: FakeServer) -> Endpoint {
        Endpoint(host: "127.0.0.1", port: server.port, user: "u", password: "p")
    }

    private func open(
        _ server: FakeServer,
        timeoutSeconds: Double = 60,
        heartbeatSeconds: Int = 10
    ) async throws -> Connection {
        try await Connection.open(
            endpoint(server),
            options: ConnectionOptions(
                heartbeatSeconds: heartbeatSeconds,
                timeoutSeconds: timeoutSeconds,
                connectTimeoutSeconds: 60
            )
        )
    }

    @Test func asksForEverythingItNeedsToHear() async throws {
        let (logins, login) = AsyncStream.makeStream(of: [UInt8].self)
        let server = try FakeServer { peer in login.yield(try peer.handshake().payload) }
        let connection = try await open(server)
        // The client may go on before the server's thread does.
        let sent = String(decoding: await logins.first { _ in true } ?? [], as: UTF8.self)
        for capability in [
            "connection.blocked", "consumer_cancel_notify", "publisher_confirms", "basic.nack",
            "authentication_failure_close",
        ] {
            #expect(sent.contains(capability))
        }
        connection.abort()
    }

    @Test func aRequestWithoutAnAnswerTimesOut() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await open(server, timeoutSeconds: 2)
        let error = try await errorOf {
            try await connection.declareQueue(QueueDeclaration(name: "lost"))
        }
        #expect(error.code == .timedOut)
        #expect(error.attempt.contains("lost"))
        #expect(error.detail.contains("2.0 s"))
        #expect(try await connection.endReason() == error)
    }

    /// As from a quorum queue that has lost its leader.
    @Test func aConsumptionThatIsNotConfirmedTimesOut() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.basicQos)
            try peer.method(Method.basicQosOk)
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await open(server, timeoutSeconds: 2)
        let error = try await errorOf { try await connection.consume(queue: "q", prefetch: 1) }
        #expect(error.code == .timedOut)
        #expect(error.attempt == "consuming from the queue \"q\"")
    }

    @Test func aMissingConfirmTimesOut() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.confirmSelect)
            try peer.method(Method.confirmSelectOk)
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await open(server, timeoutSeconds: 2)
        try await connection.confirmSelect()
        try await connection.publish([
            Publication(token: 1, exchange: "", routingKey: "q", body: [1])
        ])
        let error = try await connection.endReason()
        #expect(error.code == .timedOut)
        #expect(error.detail.contains("unconfirmed"))
        await #expect(throws: error) { try await connection.publicationResults.next() }
    }

    @Test func confirmsComeInAnyOrderAndReturnsBeforeThem() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.confirmSelect)
            try peer.method(Method.confirmSelectOk)
            for _ in 0..<6 { try peer.expect(Method.basicPublish) }
            func settle(_ method: UInt32, _ number: UInt64, _ flags: UInt8) throws {
                try peer.method(method, Wired().u64(number).u8(flags))
            }
            try settle(Method.basicAck, 4, 0)
            try settle(Method.basicNack, 2, 1)
            try peer.method(
                Method.basicReturn,
                Wired().u16(312).short("NO_ROUTE").short("").short("q")
            )
            // A header with nothing but the message_id (flag 7), and an empty body.
            try peer.send(
                type: 2,
                channel: 1,
                Wired().u16(60).u16(0).u64(0).u16(1 << 7).short("m6")
            )
            try settle(Method.basicAck, 0, 1)
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await open(server)
        try await connection.confirmSelect()
        try await connection.publish(
            (UInt64(1)...6).map {
                Publication(
                    token: $0,
                    exchange: "",
                    routingKey: "q",
                    isMandatory: true,
                    properties: Properties(messageIdentifier: "m\($0)"),
                    body: []
                )
            }
        )
        let results = try await connection.results(6)
        #expect(results.map(\.token) == [4, 1, 2, 3, 5, 6])
        #expect(
            results.map(\.outcome) == [
                .confirmed, .nacked, .nacked, .confirmed, .confirmed,
                .returned(code: 312, text: "NO_ROUTE"),
            ]
        )
        connection.abort()
    }

    /// A send has no time limit in librabbitmq, nor has its receive inside of a send.
    @Test func aPeerThatTakesNoDataIsCut() async throws {
        let server = try FakeServer { peer in
            try peer.handshake(heartbeatSeconds: 2)
            try peer.expect(Method.confirmSelect)
            try peer.method(Method.confirmSelectOk)
            // Reads no more, but lives: heartbeats until the client has gone.
            while true {
                try peer.send(type: 8, channel: 0, Wired())
                try peer.waitForHangUp(milliseconds: 200)
            }
        }
        for bodyBytes in [1000, 32 << 20] {
            let server = bodyBytes == 1000 ? server : try FakeServer(Self.unreadHeartbeats)
            let connection = try await open(server, timeoutSeconds: 60, heartbeatSeconds: 2)
            try await connection.confirmSelect()
            let body = [UInt8](repeating: 1, count: bodyBytes)
            let count = UInt64((32 << 20) / bodyBytes)
            try await connection.publish(
                (0..<count).map {
                    Publication(token: $0, exchange: "", routingKey: "q", body: body)
                }
            )
            let error = try await connection.endReason()
            #expect(error.code == .timedOut || error.code == .connectionLost)
            #expect(error.isRetryable)
        }
    }

    @Sendable private static func unreadHeartbeats(_ peer: Peer) throws {
        try peer.handshake(heartbeatSeconds: 2)
        try peer.expect(Method.confirmSelect)
        try peer.method(Method.confirmSelectOk)
        while true {
            try peer.send(type: 8, channel: 0, Wired())
            try peer.waitForHangUp(milliseconds: 200)
        }
    }

    @Test func aServerThatIsNotABrokerIsTold() async throws {
        let server = try FakeServer { peer in
            try peer.send(Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8))
            while true { _ = try peer.receive(1) }
        }
        let error = try await errorOf { try await open(server) }
        #expect(error.code == .protocolViolation)
    }

    @Test func anotherVersionOfTheProtocolIsTold() async throws {
        let server = try FakeServer { peer in
            try peer.send(Array("AMQP".utf8) + [3, 1, 0, 0])
        }
        let error = try await errorOf { try await open(server) }
        #expect(error.code == .protocolViolation)
    }

    @Test func aPeerThatHangsUpDuringTheLoginIsTold() async throws {
        let server = try FakeServer { peer in
            _ = try peer.receive(8)
            shutdown(peer.descriptor, Int32(SHUT_RDWR))
        }
        let error = try await errorOf { try await open(server) }
        #expect(error.code == .cannotConnect)
    }

    @Test func aLoginThatHangsTimesOut() async throws {
        let server = try FakeServer { peer in
            while true { _ = try peer.receive(1) }
        }
        let endpoint = endpoint(server)
        let options = ConnectionOptions(connectTimeoutSeconds: 0.3)
        let error = try await errorOf { try await Connection.open(endpoint, options: options) }
        #expect(error.code == .timedOut)
        #expect(error.detail.contains("0.3 s"))
    }

    /// What follows the handshake; each ends the connection with an error and nothing else.
    private static let malformed: [(String, [UInt8])] = {
        func frame(
            _ type: UInt8,
            _ channel: UInt16,
            _ payload: [UInt8],
            end: UInt8 = 0xCE
        ) -> [UInt8] {
            Wired().u8(type).u16(channel).long(payload).u8(end).bytes
        }
        let deliver = Wired().u32(Method.basicDeliver).short("q").u64(1).u8(0).short("").short("k")
        func message(_ header: Wired, _ bodies: [UInt8]...) -> [UInt8] {
            frame(1, 1, deliver.bytes) + frame(2, 1, header.bytes)
                + bodies.flatMap { frame(3, 1, $0) }
        }
        let header = Wired().u16(60).u16(0)
        return [
            ("a wrong frame end", frame(1, 1, deliver.bytes, end: 0)),
            ("an enormous frame", Wired().u8(1).u16(1).u32(0x7FFF_FFF0).bytes),
            ("a frame over the maximum", Wired().u8(1).u16(1).u32(200_000).bytes),
            ("a method of two bytes", frame(1, 1, [0, 60])),
            ("an unknown class", frame(1, 1, Wired().u32(0x00FF_0001).bytes)),
            ("an unknown method", frame(1, 1, Wired().u32(0x003C_00FF).bytes)),
            ("a method cut short", frame(1, 1, Array(deliver.bytes.prefix(9)))),
            (
                "a tag longer than its frame",
                frame(1, 1, Wired().u32(Method.basicDeliver).u8(255).bytes)
            ),
            ("a body without its message", frame(3, 1, [1, 2, 3])),
            ("a header without its message", frame(2, 1, header.u64(0).u16(0).bytes)),
            ("two methods in a row", frame(1, 1, deliver.bytes) + frame(1, 1, deliver.bytes)),
            ("a header of another class", message(Wired().u16(90).u16(0).u64(0).u16(0))),
            ("a header cut short", message(Wired().u16(60))),
            ("flags without values", message(header.u64(0).u16(0xFFFC))),
            ("more body than announced", message(header.u64(2).u16(0), [1, 2, 3])),
            ("body after an empty one", message(header.u64(0).u16(0), [1])),
            ("an endless body", message(header.u64(.max).u16(0), [1]) + frame(1, 1, [0, 0])),
            (
                "a header table that is larger than the frame",
                message(header.u64(0).u16(1 << 13).u32(5000).u8(1))
            ),
            (
                "a header string that is larger than its table",
                message(
                    header.u64(0).u16(1 << 13).long(
                        Wired().short("a").u8(0x53).u32(0xFFFF_FFF0).bytes
                    )
                )
            ),
            (
                "an unknown type of a header",
                message(header.u64(0).u16(1 << 13).long(Wired().short("a").u8(0x3F).bytes))
            ),
            ("a frame on a channel that is not open", frame(1, 7, deliver.bytes)),
            (
                "a confirm of what was not sent",
                frame(1, 1, Wired().u32(Method.basicAck).u64(77).u8(0).bytes)
            ),
            (
                "an answer nobody asked for",
                frame(1, 1, Wired().u32(Method.queueDeclareOk).short("").u32(0).u32(0).bytes)
            ),
            ("a close of two bytes", frame(1, 1, Wired().u32(Method.channelClose).u16(1).bytes)),
        ]
    }()

    @Test(arguments: malformed.indices)
    func malformedFramesAreErrors(_ index: Int) async throws {
        let (what, bytes) = Self.malformed[index]
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.send(bytes)
            shutdown(peer.descriptor, Int32(SHUT_WR))
            while true { _ = try peer.receive(1) }
        }
        let connection = try await open(server)
        let error = try await connection.endReason()
        #expect([.protocolViolation, .connectionLost].contains(error.code), "\(what): \(error)")
    }

    /// A frame full of nested arrays: the library and the decoder recurse over them.
    @Test(arguments: [UInt8(ascii: "A"), UInt8(ascii: "F")])
    func deeplyNestedHeadersDoNotExhaustTheStack(_ kind: UInt8) async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.basicQos)
            try peer.method(Method.basicQosOk)
            try peer.expect(Method.basicConsume)
            try peer.method(Method.basicConsumeOk, Wired().short("q"))
            try peer.method(
                Method.basicDeliver,
                Wired().short("q").u64(1).u8(0).short("").short("k")
            )
            let isTable = kind == UInt8(ascii: "F")
            let bytesPerLevel = isTable ? 6 : 5
            let levels = 130_900 / bytesPerLevel
            var table: [UInt8] = [1, UInt8(ascii: "h")]
            for level in 0..<levels {
                if isTable, level > 0 { table.append(0) }
                table.append(kind)
                let inside = (levels - level - 1) * bytesPerLevel
                table += Wired().u32(UInt32(inside)).bytes
            }
            try peer.send(
                type: 2,
                channel: 1,
                Wired().u16(60).u16(0).u64(0).u16(1 << 13).long(table)
            )
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await open(server)
        try await connection.consume(queue: "q", prefetch: 1)
        let delivery = try await connection.receive(1)[0]
        var value = delivery.properties.headers["h"]
        var depth = 0
        while true {
            if case .array(let values) = value {
                value = values.first
            } else if case .table(let table) = value {
                value = table.entries.first?.value
            } else {
                break
            }
            depth += 1
        }
        #expect(depth == FieldValue.maximumDepth)
        #expect(value == .void)
        connection.abort()
    }

    @Test func textThatIsNotUTF8IsRepairedOrKeptAsBytes() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.basicQos)
            try peer.method(Method.basicQosOk)
            try peer.expect(Method.basicConsume)
            try peer.method(Method.basicConsumeOk, Wired().short("q"))
            try peer.method(
                Method.basicDeliver,
                Wired().short("q").u64(1).u8(0).short("").short("k")
            )
            let table = Wired().short("h").u8(UInt8(ascii: "S")).long([0xFF, 0x41])
            // Flags: headers (13) and message_id (7).
            try peer.send(
                type: 2,
                channel: 1,
                Wired().u16(60).u16(0).u64(0).u16(1 << 13 | 1 << 7).long(table.bytes)
                    .u8(200).raw([UInt8](repeating: 0xFF, count: 200))
            )
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await open(server)
        try await connection.consume(queue: "q", prefetch: 1)
        let properties = try await connection.receive(1)[0].properties
        #expect(properties.headers["h"] == .bytes([0xFF, 0x41]))
        #expect(properties.messageIdentifier == String(repeating: "\u{FFFD}", count: 200))
        // Repaired, it is longer than the wire allows.
        #expect(properties.droppingOversizedText().messageIdentifier == nil)
        connection.abort()
    }
}

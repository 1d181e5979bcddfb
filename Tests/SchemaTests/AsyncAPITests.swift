import AMQP
@testable import Broker
import Contract
import Domain
import Procedures
import Testing

/// `Config/asyncapi.yaml` says what is declared, sent and read.
@Suite("The AsyncAPI document", .timeLimit(.minutes(20)))
struct AsyncAPITests {
    private let topology = Topology(prefix: "registrar")

    @Test("Every reference leads somewhere")
    func references() throws {
        let asyncAPI = try AsyncAPI()
        let references = asyncAPI.document.all(["$ref"]).compactMap(\.text)
        #expect(references.count > 50)
        for reference in references {
            #expect(throws: Never.self) { try asyncAPI.target(of: reference) }
        }
    }

    @Test("The queues are those that are declared, with their arguments and bindings")
    func queues() throws {
        let asyncAPI = try AsyncAPI()
        let channels = asyncAPI.section("channels").filter { $0.name.hasPrefix("queue.") }
        #expect(Set(channels.map(\.name)) == Set(topology.queues.map { "queue.\($0.short)" }))
        for binding in topology.bindings {
            let channel = try #require(
                channels.first { $0.value["address"]?.text == binding.queue },
                "\(binding.queue)"
            ).value
            let amqp = try #require(channel.at("bindings/amqp"))
            #expect(amqp["is"] == .string("queue"))
            #expect(amqp.at("queue/name") == .string(binding.queue))
            #expect(amqp.at("queue/durable") == .boolean(true))
            #expect(amqp.at("x-binding/exchange") == .string(binding.exchange))
            #expect(amqp.at("x-binding/routingKey") == .string(binding.patterns[0]))
            #expect(
                amqp.at("x-binding-of-replays/routingKey")?.text
                    == binding.patterns.dropFirst().first
            )
            let arguments = try topology.arguments(of: binding).entries.map { entry in
                JSONObject.Member(entry.name, try json(entry.value))
            }
            #expect(Set(amqp["x-arguments"]?.members ?? []) == Set(arguments), "\(binding.queue)")
        }
    }

    @Test("What a queue holds is what its binding lets through")
    func messagesOfQueues() throws {
        let asyncAPI = try AsyncAPI()
        let keys = try keysOfExchanges(asyncAPI)
        for binding in topology.bindings {
            let short = binding.queue.dropFirst(topology.prefix.count + 1)
            let messages = asyncAPI.section("channels/queue.\(short)/messages").map(\.name)
            let family = binding.patterns[0].prefix { $0 != "#" }
            let expected = (keys[binding.exchange] ?? []).filter { $0.hasPrefix(family) }
            #expect(Set(messages) == Set(expected), "\(binding.queue)")
        }
    }

    @Test("Each message has its exchange, its routing key, its schema and its operation")
    func routingKeys() async throws {
        let asyncAPI = try AsyncAPI()
        let inbound = Set(ProcedureCatalogue.messages.map(\.routingKey))
        let produced = try await MessageCases.shared.value.produced
        let keys = try keysOfExchanges(asyncAPI)
        #expect(keys[topology.inboundExchange] == inbound)
        #expect(keys[topology.exchange(.out)] == produced)
        for key in inbound.union(produced) {
            let channel = try #require(asyncAPI.section("channels").first { $0.name == key }).value
            #expect(channel["address"]?.text == key)
            let message = try asyncAPI.resolved(channel.at("messages/event"))
            #expect(message["name"]?.text == key)
            #expect(
                message.at("payload/schema/$ref")?.text == "./schemas/\(Schemas.file(of: key))"
            )
            #expect(
                message.at("bindings/amqp/messageType")?.text
                    == EventType.type(ofRoutingKey: key)
            )
        }
        let operations = asyncAPI.section("operations")
        #expect(operations.count == inbound.union(produced).count)
        for (key, action) in inbound.map({ ($0, "receive") }) + produced.map({ ($0, "send") }) {
            let own = operations.filter {
                $0.value.at("channel/$ref")?.text == "#/channels/\(key)"
            }
            #expect(own.map { $0.value["action"] } == [.string(action)], "\(key)")
        }
    }

    @Test("What is said to be mandatory is")
    func mandatory() async throws {
        let asyncAPI = try AsyncAPI()
        let writer = EventWriter(source: "urn:luccs:registrar")
        for key in try await MessageCases.shared.value.produced {
            let operation = try #require(
                asyncAPI.section("operations").first {
                    $0.value.at("channel/$ref")?.text == "#/channels/\(key)"
                }
            ).value
            let message = writer.message(
                identifier: "1",
                routingKey: key,
                time: Instant(seconds: 0),
                subject: "1"
            ) { _ in }
            let trait = try asyncAPI.resolved(operation.at("traits/0"))
            #expect(trait.at("bindings/amqp/mandatory") == .boolean(message.mandatory), "\(key)")
            #expect(message.properties.deliveryMode == 2)
        }
    }

    /// The channels that are routing keys, by the names of their exchanges.
    private func keysOfExchanges(_ asyncAPI: AsyncAPI) throws -> [String: Set<String>] {
        var keys: [String: Set<String>] = [:]
        for channel in asyncAPI.section("channels") where !channel.name.hasPrefix("queue.") {
            let amqp = try #require(try asyncAPI.resolved(channel.value["bindings"])["amqp"])
            #expect(amqp["is"] == .string("routingKey"))
            #expect(amqp.at("exchange/type") == .string("topic"))
            #expect(amqp.at("exchange/durable") == .boolean(true))
            keys[try #require(amqp.at("exchange/name")?.text), default: []].insert(channel.name)
        }
        return keys
    }

    private func json(_ value: FieldValue) throws -> JSONValue {
        if let text = value.stringValue { return .string(text) }
        return .number(JSONNumber(try #require(value.integerValue)))
    }
}

import Contract
import Foundation
import TestKit
import Testing

@Suite("Entries for calendars, read by icalendar", .timeLimit(.minutes(10)))
struct CalendarTests {
    @Test("What goes into a calendar is one day there, or is taken back")
    func entries() async throws {
        let texts = try await ProducedMessages.all().compactMap { message -> String? in
            let event = try JSONValue(parsing: message.body)
            return event["data"]?["calendar"]?.text
        }
        #expect(texts.count > 10)
        var order = JSONWriter()
        order.array { list in for text in texts { list.string(text) } }
        let answer = try Python.answer(of: "calendars.py", to: order.bytes)
        let read = try JSONValue(parsing: answer).elements
        try #require(read.count == texts.count)
        for entry in read {
            #expect(entry["faults"]?.elements == [])
            #expect(entry["first"]?.text == entry["last"]?.text)
            let isPublished = entry["method"]?.text == "PUBLISH"
            #expect(entry["status"]?.text == (isPublished ? "CONFIRMED" : "CANCELLED"))
            #expect((entry["first"]?.text == nil) == !isPublished)
            #expect(entry["uid"]?.text?.hasSuffix("@urn.luccs.registrar") == true)
            #expect(entry["summary"]?.text?.isEmpty == false)
            #expect(entry["organizer"]?.text == "mailto:servicedesk@example.lu")
        }
        let obligations = Set(read.compactMap { $0["uid"]?.text })
        #expect(obligations.count < read.count, "what is told again has the same name")
    }
}

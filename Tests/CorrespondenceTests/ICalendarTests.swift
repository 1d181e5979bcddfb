import Domain
import Testing

@testable import Correspondence
@testable import Procedures

@Suite("Entries for the calendar")
struct ICalendarTests {
    private func text(_ summary: String, isOver: Bool = false) -> String {
        let entry = CalendarEntry(Sample.vehicleDuty(.registration), isOver: isOver) { _ in summary
        }
        return ICalendar(
            entry: entry,
            host: "registrar.example.lu",
            organizer: "snca@example.lu",
            language: .german,
            at: Sample.start
        ).text
    }

    @Test("a day is one event, known by what has to be done")
    func published() {
        #expect(
            text("Letzter Tag").split(separator: "\r\n").map(String.init) == [
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Registrar//registrard//EN",
                "METHOD:PUBLISH", "BEGIN:VEVENT",
                "UID:\(Sample.vehicleDuty(.registration).identifier)@registrar.example.lu",
                "DTSTAMP:20261121T051409Z", "SEQUENCE:29920634", "ORGANIZER:mailto:snca@example.lu",
                "SUMMARY;LANGUAGE=de:Letzter Tag", "DTSTART;VALUE=DATE:20270511",
                "DTEND;VALUE=DATE:20270512", "STATUS:CONFIRMED", "TRANSP:TRANSPARENT",
                "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR",
            ]
        )
    }

    @Test("what was done is taken back, under the same name")
    func cancelled() {
        let text = text("x", isOver: true)
        #expect(text.contains("METHOD:CANCEL\r\n") && text.contains("STATUS:CANCELLED\r\n"))
        #expect(!text.contains("DTSTART"))
    }

    @Test(
        "no line has more than 75 bytes, and none breaks a character; what has a meaning is escaped"
    )
    func folded() {
        let text = text(String(repeating: "é", count: 90) + "; a, b\\c\nd")
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            #expect(line.utf8.count <= 75)
        }
        #expect(text.replacing("\r\n ", with: "").contains("é\\; a\\, b\\\\c\\nd\r\n"))
        #expect(text.hasSuffix("END:VCALENDAR\r\n"))
    }

    @Test("mails about a day carry it to a person, and to no office; a registration takes it back")
    func mails() throws {
        func calendar(_ template: String, _ name: String? = nil) throws -> String? {
            let scenario = try #require(
                Scenario.all.first { $0.template == template && (name == nil || $0.name == name) }
            )
            let sent = try #require(try scenario.mail(in: [.french, .english]))
            return sent.optionalString("calendar")
        }
        let pending = try #require(try calendar("vehicle.pending", "arrived"))
        #expect(pending.contains("SUMMARY;LANGUAGE=fr:Dernier jour pour immatriculer"))
        #expect(try calendar("vehicle.pending", "about to move") == nil)
        #expect(
            try calendar("vehicle.deadline-reminder")?.contains("DTSTART;VALUE=DATE:20270511")
                == true
        )
        #expect(try calendar("vehicle.granted")?.contains("METHOD:CANCEL") == true)
        #expect(try calendar("vehicle.awaiting-you") == nil)
        #expect(try calendar("excise.due")?.contains("AC4") == true)
        #expect(try calendar("access.granted") == nil)
    }
}

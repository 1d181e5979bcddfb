import Domain
import Testing

struct Reading: Sendable {
    let text: String
    let milliseconds: Int64

    init(_ text: String, _ milliseconds: Int64) {
        self.text = text
        self.milliseconds = milliseconds
    }
}

@Suite struct InstantTests {
    static let readings: [Reading] = [
        Reading("1970-01-01T00:00:00Z", 0),
        Reading("1970-01-01T00:00:00.000Z", 0),
        Reading("1970-01-01T00:00:00.001Z", 1),
        Reading("1969-12-31T23:59:59.999Z", -1),
        Reading("1969-12-31T23:59:59Z", -1000),
        Reading("2000-02-29T12:00:00Z", 951_825_600_000),
        Reading("2026-11-21T05:14:09.25Z", 1_795_238_049_250),
        Reading("2026-11-21t05:14:09.25z", 1_795_238_049_250),
        Reading("2026-11-21T06:14:09.25+01:00", 1_795_238_049_250),
        Reading("2026-11-20T23:44:09.250-05:30", 1_795_238_049_250),
        Reading("2026-11-21T05:14:09.25-00:00", 1_795_238_049_250),
        Reading("2026-11-22T05:13:09.25+23:59", 1_795_238_049_250),
        // Digits past milliseconds are dropped, however many there are.
        Reading("2026-11-21T05:14:09.2509999999999999999999999999999Z", 1_795_238_049_250),
        // Leap seconds, in UTC and elsewhere.
        Reading("1990-12-31T23:59:60Z", 662_688_000_000),
        Reading("1990-12-31T15:59:60-08:00", 662_688_000_000),
        Reading("2017-01-01T00:59:60.5+01:00", 1_483_228_800_500),
        // The first and the last instant that the format has.
        Reading("0000-01-01T00:00:00Z", -62_167_219_200_000),
        Reading("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ]

    @Test("RFC 3339 is read to the millisecond", arguments: readings)
    func reads(_ reading: Reading) {
        #expect(Instant(rfc3339: reading.text)?.milliseconds == reading.milliseconds)
    }

    @Test(
        "what is not RFC 3339 is not read",
        arguments: [
            "", "Z", "2026-11-21", "05:14:09Z", "2026-11-21T05:14:09", "2026-11-21 05:14:09Z",
            "2026-11-21T05:14Z", "2026-11-21T05:14:9Z", "2026-11-21T5:14:09Z",
            "2026-11-21T05:14:09.Z", "2026-11-21T05:14:09,25Z", "2026-11-21T05:14:09.25",
            "2026-11-21T05:14:09+01", "2026-11-21T05:14:09+0100", "2026-11-21T05:14:09+1:00",
            "2026-11-21T05:14:09+24:00", "2026-11-21T05:14:09+01:60", "2026-11-21T05:14:09*01:00",
            "2026-11-21T05:14:09ZZ", "2026-11-21T05:14:09Z ", " 2026-11-21T05:14:09Z",
            "2026-11-21T24:00:00Z", "2026-11-21T05:60:00Z", "2026-11-21T05:14:61Z",
            // A 61st second in a minute that is not the day's last.
            "2026-11-21T05:14:60Z", "1990-12-31T23:58:60Z", "1990-12-31T23:59:60+01:00",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-04-00T00:00:00Z", "1900-02-29T00:00:00Z",
            "26-11-21T05:14:09Z", "+2026-11-21T05:14:09Z", "-026-11-21T05:14:09Z",
            "2026-W47-6T05:14:09Z", "2026-325T05:14:09.000Z", "1795238049",
            "2026-11-21T05:14:09\u{0}Z", "２０26-11-21T05:14:09Z", "2026-11-21T05:14:0٩Z",
            // Instants that UTC would write with a year that has no four digits.
            "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z",
        ]
    )
    func refuses(_ text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(
        "is written in UTC with milliseconds, and read back the same",
        arguments: [
            Reading("1970-01-01T00:00:00.000Z", 0),
            Reading("1969-12-31T23:59:59.999Z", -1),
            Reading("1969-12-31T00:00:00.000Z", -86_400_000),
            Reading("1969-12-30T23:59:59.999Z", -86_400_001),
            Reading("2026-11-21T05:14:09.250Z", 1_795_238_049_250),
            Reading("2028-02-29T23:59:59.009Z", 1_835_481_599_009),
            Reading("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
            Reading("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ]
    )
    func writes(_ reading: Reading) {
        let instant = Instant(milliseconds: reading.milliseconds)
        #expect(instant.description == reading.text)
        #expect(Instant(rfc3339: instant.description) == instant)
    }

    @Test("beyond the format's years the nearest instant is written")
    func clamps() {
        #expect(Instant(milliseconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Instant(milliseconds: .min).description == "0000-01-01T00:00:00.000Z")
        #expect(
            Instant(milliseconds: 253_402_300_800_000).description == "9999-12-31T23:59:59.999Z"
        )
    }

    @Test("seconds are rounded down, before the epoch too")
    func seconds() {
        #expect(Instant(milliseconds: 1999).seconds == 1)
        #expect(Instant(milliseconds: 0).seconds == 0)
        #expect(Instant(milliseconds: -1).seconds == -1)
        #expect(Instant(milliseconds: -1000).seconds == -1)
        #expect(Instant(milliseconds: -1001).seconds == -2)
        #expect(Instant(seconds: -2).milliseconds == -2000)
    }

    @Test("moves by seconds, and is ordered by time")
    func order() {
        let instant = Instant(milliseconds: 250)
        #expect(instant.advanced(bySeconds: 2) == Instant(milliseconds: 2250))
        #expect(instant.advanced(bySeconds: -1) == Instant(milliseconds: -750))
        #expect(Instant(milliseconds: -1) < Instant(milliseconds: 0))
        #expect(!(instant < instant))
    }

    @Test("every millisecond that is written is read back")
    func roundTrip() {
        var generator = SplitMix(seed: 3339)
        let failures = (0..<20_000).filter { _ in
            let instant = Instant(
                milliseconds: Int64.random(
                    in: -62_167_219_200_000...253_402_300_799_999,
                    using: &generator
                )
            )
            return Instant(rfc3339: instant.description) != instant
        }
        #expect(failures.isEmpty)
    }

    @Test("seconds that are too many are the first or the last instant, and not the end")
    func saturates() {
        for seconds in [Int64.max, Int64.max / 1000 + 1, 1 << 62] {
            let last = Instant(seconds: seconds)
            #expect(last.milliseconds == .max)
            #expect(last.description == "9999-12-31T23:59:59.999Z")
            #expect(Instant(seconds: -seconds).milliseconds == .min)
            #expect(Instant(seconds: -seconds).description == "0000-01-01T00:00:00.000Z")
            #expect(last.advanced(bySeconds: seconds) == last)
            #expect(Instant(seconds: -seconds).advanced(bySeconds: -seconds).milliseconds == .min)
            #expect(last.seconds == Int64.max / 1000)
            #expect(Instant(seconds: -seconds).seconds == Int64.min / 1000 - 1)
        }
        #expect(Instant(seconds: .min).milliseconds == .min)
        #expect(Instant(milliseconds: -1).seconds == -1)
        #expect(Instant(milliseconds: -1000).seconds == -1)
    }
}

/// A random number generator that says the same again for the same seed (Steele, Lea and Flood,
/// 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

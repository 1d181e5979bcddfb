import AMQP
import Contract
import Domain
import Storage
import Testing

/// Memory is bounded by the configuration, not by what comes.
@Suite(.serialized)
struct MemoryTests {
    @Test("Resident memory stays within its bound, and does not grow with what has passed through")
    func resident() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let load = Load(1500)
            let daemon = try await installation.startAll()
            var resident: [Int] = []
            for part in 0..<3 {
                try await load.send(part * 500..<(part + 1) * 500, over: installation)
                try await installation.collector.wait("what follows from it") {
                    $0.count >= (part + 1) * 2000
                }
                resident.append(try daemon.memory("VmRSS"))
            }
            let peak = try daemon.memory("VmHWM")
            print("resident memory in KiB: \(resident), at most \(peak)")
            #expect(peak < Torture.memoryLimitKiB)
            #expect(resident[2] - resident[1] < 8 * 1024, "\(resident)")
            try await daemon.stop()
        }
    }

    @Test("Large messages do not fill the memory, however many wait; each is dead-lettered whole")
    func largeMessages() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            // Together several times of what may be taken.
            let (count, size) = (24, 8 << 20)
            var daemon = try await installation.startAll()
            try await daemon.stop()
            for number in 0..<count {
                let body = [UInt8](repeating: UInt8(number), count: size)
                try await installation.portal.send(OutgoingMessage("registration.access", body))
            }
            daemon = try await installation.start()
            let letters = try await kept(count, installation)
            #expect(letters.allSatisfy { $0.reason == .problem(.tooLarge) && $0.bodyBytes == size })
            let last = try letters.map {
                try installation.reader().deadLetter($0.identifier)?.body.last
            }
            #expect(Set(last).count == count)
            let peak = try daemon.memory("VmHWM")
            print("peak of resident memory in KiB: \(peak)")
            // One that is dead-lettered takes some four times its size for a moment.
            #expect(peak < Torture.memoryLimitKiB + 4 * size / 1024)
            try await daemon.stop()
        }
    }

    @Test("The largest message that a broker takes is dead-lettered whole")
    func largestMessage() async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let daemon = try await installation.startAll()
            let size = 128 << 20
            try await installation.portal.send(
                OutgoingMessage("registration.access", [UInt8](repeating: 7, count: size))
            )
            let letters = try await kept(1, installation)
            #expect(letters.first?.bodyBytes == size)
            let peak = try daemon.memory("VmHWM")
            print("peak of resident memory in KiB: \(peak)")
            // What the unit allows.
            #expect(peak < 1 << 20)
            try await daemon.stop()
        }
    }

    /// The dead letters, once there are so many.
    private func kept(_ count: Int, _ installation: Installation) async throws -> [LetterHead] {
        try await eventually("\(count) dead letters", withinSeconds: 120) {
            var letters: [LetterHead] = []
            try installation.reader().forEachDeadLetter {
                letters.append($0)
                return true
            }
            return letters.count == count ? letters : nil
        }
    }
}

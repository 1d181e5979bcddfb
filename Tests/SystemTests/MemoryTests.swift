import Testing

/// Memory is bounded by the configuration, not by what comes.
@Suite(.serialized)
struct MemoryTests {
    /// Of a build without optimisation; one for release takes less, and is held to less.
    private static let limitKiB = 192 * 1024

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
            #expect(peak < Self.limitKiB)
            #expect(resident[2] - resident[1] < 8 * 1024, "\(resident)")
            try await daemon.stop()
        }
    }
}

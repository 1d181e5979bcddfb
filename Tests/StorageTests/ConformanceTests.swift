import Storage
import TestKit
import Testing
import Workflow

@Suite("Every register does what the port asks")
struct ConformanceTests {
    @Test("SQLite", arguments: RegisterConformance.all)
    func sqlite(_ conformance: RegisterConformance) async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await conformance.run(register)
        try await register.close()
        // Whatever was done, the store must be whole, and its counts right.
        try SQLiteRegisterReader(path: folder.store).verify()
    }

    @Test("memory", arguments: RegisterConformance.all)
    func memory(_ conformance: RegisterConformance) async throws {
        try await conformance.run(MemoryRegister())
    }

    @Test("The suite notices a register that loses what it is told")
    func suiteCanFail() async throws {
        for conformance in RegisterConformance.all {
            await #expect(throws: (any Error).self, "\(conformance.name)") {
                try await conformance.run(
                    MemoryRegister { stage, _ in
                        if stage == .beforeCommit {
                            throw ConformanceFailure(description: "lost")
                        }
                    }
                )
            }
        }
    }

    @Test("A fault before the commit leaves nothing, one after it everything")
    func faults() async throws {
        for (stage, count) in [
            (MemoryRegister.WriteStage.begin, 0), (.beforeCommit, 0), (.afterCommit, 1),
        ] {
            let memory = MemoryRegister { reached, number in
                guard reached == stage, number == 2 else { return }
                throw RegisterUnavailable(reason: "injected")
            }
            _ = try await memory.write { try $0.beginRun() }
            await #expect(throws: RegisterUnavailable.self) {
                try await memory.write { try register(1, $0) }
            }
            #expect(memory.contents.requests.count == count)
        }
    }
}

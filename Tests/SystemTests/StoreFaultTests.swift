import Foundation
import Glibc
import Storage
import TestKit
import Testing

/// The store cannot be written.
@Suite(.serialized)
struct StoreFaultTests {
    /// How the store is kept from growing.
    enum Shortage: CaseIterable, CustomTestStringConvertible {
        /// A file system of its own, which is full. Mounting it takes the superuser.
        case fullFileSystem
        /// The process may write no file beyond a size: a disk that gives errors, for everybody.
        case sizeLimit

        static var possible: [Shortage] { getuid() == 0 ? allCases : [.sizeLimit] }

        var testDescription: String {
            switch self {
            case .fullFileSystem: "a full file system"
            case .sizeLimit: "a limit of file sizes"
            }
        }
    }

    @Test(
        "With a full disk nothing is acknowledged; with room again everything is applied",
        arguments: Shortage.possible
    )
    func full(_ shortage: Shortage) async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let room = try Room(shortage, installation.storeFolder)
            defer { room.giveBack() }
            let load = Load(120)
            var daemon = try await installation.startAll()
            try await load.send(0..<40, over: installation)
            try await installation.collector.wait("the first third") { $0.count >= 160 }

            // A log that has grown is reused for a while even where it cannot grow: begin with
            // none.
            try await daemon.stop()
            daemon = try await installation.start()
            try room.take(daemon)
            try await load.send(40..<80, over: installation)
            let reason = try await daemon.becomeUnready(because: #""component":"store""#)
            #expect(reason.contains(installation.storePath))
            if shortage == .fullFileSystem { #expect(reason.contains("the disk is full")) }
            #expect(try daemon.page("/livez")?.status == 200)
            try room.free(daemon)
            try await daemon.becomeReady()
            try await installation.collector.wait("the second third") { $0.count >= 320 }

            // Killed while it is full, it has acknowledged nothing that is not stored.
            try await daemon.stop()
            daemon = try await installation.start()
            try room.take(daemon)
            try await load.send(80..<120, over: installation)
            try await daemon.becomeUnready(because: #""component":"store""#)
            try await daemon.kill()
            try room.free(nil)
            daemon = try await installation.start()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test(
        "A disk that is full at the start is waited for, and everything is applied with room again",
        arguments: Shortage.possible.filter { $0 == .fullFileSystem },
        [false, true]
    )
    func fullAtStart(_ shortage: Shortage, isNew: Bool) async throws {
        try await Installation.with(watchesStatus: false) { installation in
            let room = try Room(shortage, installation.storeFolder)
            defer { room.giveBack() }
            let load = Load(20)
            var daemon = try await installation.startAll()
            try await daemon.stop()
            if isNew {
                let files = FileManager.default
                for name in try files.contentsOfDirectory(atPath: installation.storeFolder) {
                    try files.removeItem(atPath: "\(installation.storeFolder)/\(name)")
                }
            }
            try await load.send(over: installation)
            try room.take(daemon)
            daemon = try installation.launch()
            let reason = try await daemon.becomeUnready(because: installation.storePath)
            #expect(reason.contains(#""component":"store""#))
            #expect(try daemon.page("/livez")?.status == 200)
            // It can be told to end, too.
            try await daemon.stop()
            daemon = try installation.launch()
            try await daemon.becomeUnready(because: installation.storePath)
            try room.free(daemon)
            try await daemon.becomeReady()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test("A second daemon on the same store is refused, and the first goes on")
    func twoDaemons() async throws {
        try await Installation.with { installation in
            let first = try await installation.startAll()
            let second = try installation.launch()
            #expect(try await second.program.waitForEnd(timeoutSeconds: 10) == 69)
            let said = second.program.stderr
            #expect(said.contains(installation.storePath))
            #expect(said.contains("in use by another registrard"))
            #expect(said.contains("\(first.program.processIdentifier)"))
            try await installation.portal.send(Registrant("anne").company(newRequest(), "LU5001"))
            #expect(try await installation.settle(first, deliveries: 1).count == 3)
            try await first.stop()
        }
    }

    @Test("A damaged store is not served")
    func damaged() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.start()
            try await daemon.stop()
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: installation.storePath))
            try file.seek(toOffset: 4096)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 65_536))
            try file.close()
            let again = try installation.launch()
            #expect(try await again.program.waitForEnd(timeoutSeconds: 10) == 69)
            #expect(again.program.stderr.contains("damaged"), "\(again.program.stderr)")
        }
    }
}

/// Room for the store, which can be taken away and given back.
private struct Room {
    private let shortage: StoreFaultTests.Shortage
    private let folder: String
    private var filler: String { folder + "/filler" }

    init(_ shortage: StoreFaultTests.Shortage, _ folder: String) throws {
        self.shortage = shortage
        self.folder = folder
        switch shortage {
        case .fullFileSystem:
            guard mount("none", folder, "tmpfs", 0, "size=48m,mode=700") == 0 else {
                throw Unmet("cannot mount a file system at \(folder): error \(errno)")
            }
        case .sizeLimit:
            // Else the process is killed where a write should fail. The daemon inherits it.
            signal(SIGXFSZ, SIG_IGN)
        }
    }

    func take(_ daemon: Daemon) throws {
        switch shortage {
        case .fullFileSystem:
            let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Unmet("cannot create \(filler): error \(errno)") }
            defer { close(descriptor) }
            let block = [UInt8](repeating: 0, count: 65_536)
            while Glibc.write(descriptor, block, block.count) > 0 {}
            guard errno == ENOSPC else { throw Unmet("cannot fill \(folder): error \(errno)") }
        case .sizeLimit: try limit(daemon, bytes: "8192")
        }
    }

    func free(_ daemon: Daemon?) throws {
        switch shortage {
        case .fullFileSystem:
            guard unlink(filler) == 0 else { throw Unmet("cannot free \(folder): error \(errno)") }
        case .sizeLimit:
            if let daemon { try limit(daemon, bytes: "unlimited") }
        }
    }

    private func limit(_ daemon: Daemon, bytes: String) throws {
        let process = "\(daemon.program.processIdentifier)"
        let result = try Command.run(
            ["prlimit", "--pid", process, "--fsize=\(bytes):unlimited"])
        guard result.exitCode == 0 else {
            throw Unmet("cannot limit the daemon's files: \(result.errors)")
        }
    }

    func giveBack() {
        guard shortage == .fullFileSystem else { return }
        if umount2(folder, Int32(MNT_DETACH)) != 0 {
            Issue.record("cannot unmount \(folder): error \(errno)")
        }
    }
}

import Glibc

/// Who may do what with a file.
struct FileRights {
    let mode: mode_t
    let owner: uid_t

    /// Nil when it cannot be looked at.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        mode = status.st_mode
        owner = status.st_uid
    }

    var mayBeReadByOthers: Bool { mode & 0o004 != 0 }
    var mayBeWrittenByOthers: Bool { mode & 0o002 != 0 }
    var mayBeWrittenByGroup: Bool { mode & 0o020 != 0 }

    /// Such as `0640`.
    var text: String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    var ownerName: String {
        guard let entry = getpwuid(owner) else { return "\(owner)" }
        return String(cString: entry.pointee.pw_name)
    }
}

import Glibc

/// What the system calls an error, such as `Permission denied`.
func systemErrorText(_ code: CInt) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}

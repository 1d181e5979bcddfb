import Glibc

/// The end of a program whose threads may still be at work.
public enum ProgramEnd {
    /// Ends the program now, with what was printed written out.
    ///
    /// exit(3) would first run the destructors of the libraries and runtimes, beside the threads of
    /// connections that are just ending and still use what those take down.
    public static func leave(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}

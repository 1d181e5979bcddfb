import Domain

/// Where and why a text is not the JSON that is taken.
struct JSONFault: Error {
    /// Bytes before the fault.
    let offset: Int
    let reason: String
    /// The members and elements that lead to the fault, innermost first.
    private(set) var path: [Step] = []

    enum Step {
        case member(String)
        case element(Int)
    }

    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    func inside(_ step: Step) -> JSONFault {
        var fault = self
        fault.path.append(step)
        return fault
    }

    /// As far as its names may be repeated.
    private var pointer: String {
        var pointer = ""
        for step in path.reversed() {
            switch step {
            case .member(let name):
                guard JSONPointer.mayQuote(name) else { return pointer }
                pointer = JSONPointer.appending(name, to: pointer)
            case .element(let index):
                pointer = JSONPointer.appending(index, to: pointer)
            }
        }
        return pointer
    }

    func problem(in bytes: [UInt8]) -> Problem {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return Problem(
            .malformed,
            at: pointer,
            "byte \(offset) (line \(line), column \(offset - lineStart + 1)): \(reason)"
        )
    }
}

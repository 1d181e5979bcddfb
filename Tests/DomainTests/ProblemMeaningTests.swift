import Domain
import Testing

@Suite("What the rules ask")
struct ProblemMeaningTests {
    @Test("Every code has words of its own, in whole sentences", arguments: ProblemCode.allCases)
    func meaning(_ code: ProblemCode) {
        let others = ProblemCode.allCases.filter { $0 != code }
        #expect(!others.contains { $0.meaning == code.meaning || $0.title == code.title })
        #expect(code.meaning.first?.isUppercase == true && code.meaning.hasSuffix("."))
        #expect(!code.title.hasSuffix("."), "a title is no sentence")
        #expect(code.source?.isEmpty != true)
    }
}

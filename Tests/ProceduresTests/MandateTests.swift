import Domain
import Testing

@testable import Procedures

@Suite("Mandates, beyond the examples")
struct MandateTests {
    /// What is given in the example of that title.
    private func scene(_ title: String) throws -> Scene {
        let examples = try ExampleFiles.load().filter { $0.title == title }
        let scene = Scene()
        for message in try #require(examples.first).given {
            guard case .apply(let events) = try scene.outcome(of: message) else {
                throw ExampleFault("\(message.name) is not applied")
            }
            try scene.apply(events)
        }
        return scene
    }

    private func refusal(_ scene: Scene) throws -> String? {
        let decision = ExampleMessage(
            "approval.decision",
            [("requestId", "m1"), ("actor", "anne as manager")]
        )
        guard case .refuse(let problem) = try scene.outcome(of: decision) else { return nil }
        #expect(problem.code == .ownRequest)
        return problem.detail
    }

    @Test("who asked is told that the office may agree, where nobody else binds the other side")
    func wayOut() throws {
        let wayOut = "; nobody else binds the representative, and the excise office may agree"
        let left = try refusal(
            scene("where nobody binds the representative the excise office agrees in its place")
        )
        #expect(left?.contains(wayOut) == true)
        let awaited = try refusal(scene("an employee agrees for nobody"))
        #expect(awaited?.contains(wayOut) == false)
    }
}

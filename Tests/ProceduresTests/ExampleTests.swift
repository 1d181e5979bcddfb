import Domain
import Testing

@Suite struct ExampleTests {
    @Test("golden examples hold", arguments: try ExampleFiles.load())
    func example(_ example: Example) throws {
        let scene = try Scene(before: example)
        #expect(scene.register.violations() == [])
        let outcome = try scene.outcome(of: example.when)
        switch (outcome, example.then) {
        case (.apply(let events), .events(let lines)):
            try scene.apply(events)
            let notation = EventNotation(scene: scene)
            #expect(notation.shortened(events.map(notation.line), as: lines) == lines)
            #expect(scene.register.violations() == [])
            if !example.status.isEmpty {
                let request = try example.when.text("requestId")
                let status = try scene.status(of: request)
                let said = example.status.map { ($0.key, status[$0.key] ?? "none") }
                #expect(Dictionary(uniqueKeysWithValues: said) == example.status)
            }
        case (.refuse(let problem), .problem(let code, let place)):
            #expect(problem.code.rawValue == code, "\(problem.detail)")
            if let place { #expect(problem.findings.map(\.pointer) == [place]) }
        case (.wait(let request), .wait(let name)):
            #expect(request == scene.requestIdentifier(name))
        default:
            Issue.record("expected \(example.then), but: \(outcome)")
        }
    }

    @Test("there are examples, and each has a title of its own")
    func titles() throws {
        let titles = try ExampleFiles.load().map(\.title)
        #expect(titles.count >= 70)
        #expect(Set(titles).count == titles.count)
    }
}

extension Scene {
    /// What there is once everything is done that the example begins with.
    convenience init(before example: Example) throws {
        self.init(
            deadlines: example.deadlines,
            awaitReport: example.awaitReport,
            values: example.values,
            tries: example.tries,
            terms: example.terms,
            basis: example.basis
        )
        for message in example.given {
            guard case .apply(let events) = try outcome(of: message) else {
                throw ExampleFault("\(message.name) was given, but is not applied")
            }
            try apply(events)
        }
    }
}

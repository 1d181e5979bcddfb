import ArgumentParser
import Contract

/// What procedures declare is stated by name: no option of this program belongs to one of them.
struct FieldOptions: ParsableArguments {
    @Option(
        name: .customLong("field"),
        help: ArgumentHelp("A field, as listed above; repeatable.", valueName: "name=value")
    )
    var stated: [StatedField] = []
}

/// `name=value`.
struct StatedField: ExpressibleByArgument {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "="), separator > argument.startIndex else {
            return nil
        }
        self.init(
            String(argument[..<separator]),
            String(argument[argument.index(after: separator)...])
        )
    }
}

extension [StatedField] {
    /// The members of `data` that say this, in the order of their definitions.
    ///
    /// - Parameter place: What has these fields: "a grant".
    /// - Throws: `ValidationError` for a field that there is not, or a value that it cannot have.
    func members(of definitions: [FieldDefinition], in place: String) throws -> JSONObject {
        for field in self where !definitions.contains(where: { $0.name == field.name }) {
            let names = definitions.map(\.name).joined(separator: ", ")
            throw ValidationError(
                "\(place) has no field \(SafeText.line(field.name)); "
                    + (names.isEmpty ? "it has none" : "it has \(names)")
            )
        }
        var object = JSONObject([])
        for definition in definitions {
            let texts = filter { $0.name == definition.name }.map(\.value)
            guard !texts.isEmpty else { continue }
            guard let value = definition.form.value(of: texts) else {
                throw ValidationError(
                    "the field \(definition.name) cannot have that value: write "
                        + definition.form.words + (texts.count > 1 ? ", and that once" : "")
                )
            }
            object = object.adding(value, at: definition.name.split(separator: ".")[...])
        }
        return object
    }
}

extension JSONObject {
    /// With a value below the names of objects that lead to it.
    fileprivate func adding(_ value: JSONValue, at path: ArraySlice<Substring>) -> JSONObject {
        guard let name = path.first.map(String.init) else { return self }
        guard path.count > 1 else { return JSONObject(members + [.init(name, value)]) }
        let others = members.filter { $0.name != name }
        var inner = JSONObject([])
        if case .object(let object) = self[name] { inner = object }
        return JSONObject(
            others + [.init(name, .object(inner.adding(value, at: path.dropFirst())))]
        )
    }
}

extension [FieldDefinition] {
    /// A line for each, as help shows them.
    var help: String {
        map { field in
            let need = field.presence == .optional ? ", if need be" : ""
            return "  \(field.name)  \(field.meaning)\(need): \(field.form.words)"
        }
        .joined(separator: "\n")
    }
}

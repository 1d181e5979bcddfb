/// What the status of a request or guarantee says of those of one procedure, besides what it says
/// of all.
public typealias StatusFields = [(name: String, value: JSONValue)]

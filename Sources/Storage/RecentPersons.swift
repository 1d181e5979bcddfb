import Domain

/// The persons that the open transaction has read or written last: a message asks for the applicant
/// and the decision maker several times, to decide, to address mails, to name the speaker.
///
/// Holds a few, so that looking through them costs less than asking the store.
struct RecentPersons {
    private static let limit = 4

    private var persons: [Person] = []

    func person(_ identifier: PersonIdentifier) -> Person? {
        persons.last { $0.identifier == identifier }
    }

    /// - Parameter subject: compared byte for byte, as the store does.
    func person(subject: String) -> Person? {
        persons.last { $0.subject.utf8.elementsEqual(subject.utf8) }
    }

    /// Takes the person's record as it stands in the store now.
    mutating func remember(_ person: Person) {
        persons.removeAll { $0.identifier == person.identifier }
        if persons.count == Self.limit { persons.removeFirst() }
        persons.append(person)
    }

    mutating func forget() { persons = [] }
}

import Contract
import Domain

extension Correspondent {
    /// A mail to each addressee of whom an address is stored.
    ///
    /// - Parameter subject: What it is about where it is about no request.
    /// - Throws: What the register throws, or ``NoticeUndeclared``.
    func mails(
        _ notice: Notice,
        subject: String?,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard notice.template.variants.contains(notice.variant), mailer.knows(notice.template)
        else {
            throw NoticeUndeclared(
                template: notice.template.name,
                sections: notice.variant.sections
            )
        }
        var addressed: [Mail.Addressee] = []
        for addressee in notice.addressees {
            for found in try addressees(addressee, of: notice, register: register)
            where !addressed.contains(where: { $0.isSame(as: found) }) {
                addressed.append(found)
            }
        }
        guard !addressed.isEmpty else { return [] }
        let values = mailer.escapedValues(of: notice)
        return addressed.map { addressee in
            var values = values
            if let name = addressee.name { values.set(.recipient, .text(name)) }
            let mail = Mail(notice: notice, to: addressee, values: values)
            let identifier = identifiers.next().text
            return message(
                "notification.email",
                identifier: identifier,
                subject: notice.request?.uuid.text ?? subject ?? cause.identifier,
                cause: cause,
                mail: MailRecord(template: notice.template.name, recipient: addressee.person)
            ) { mailer.write(mail, identifier: identifier, at: cause.at, to: &$0) }
        }
    }

    private func addressees(
        _ addressee: Notice.Addressee,
        of notice: Notice,
        register: any RegisterView
    ) throws -> [Mail.Addressee] {
        switch addressee {
        case .person(let identifier):
            guard let person = try register.person(identifier), let details = person.details else {
                return []
            }
            return [
                Mail.Addressee(
                    person: identifier,
                    name: details.displayName,
                    email: details.email,
                    languages: details.languages
                )
            ]
        case .office(let role): return [mailbox(settings.mailbox(of: role, notice.office))]
        case .offices(let role): return settings.mailboxes(of: role).map(mailbox)
        }
    }

    private func mailbox(_ email: String) -> Mail.Addressee {
        Mail.Addressee(person: nil, name: nil, email: email, languages: settings.languages)
    }
}

/// A notice is of a mail, or of a case of it, that no procedure declares: there are no words for
/// it.
public struct NoticeUndeclared: Error, Hashable, Sendable, CustomStringConvertible {
    public let template: String
    public let sections: [String]

    public var description: String {
        "no procedure declares a mail \(template) with the case '\(sections.joined(separator: " "))'"
    }
}

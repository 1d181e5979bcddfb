import Contract
import Domain

extension Correspondent {
    /// `disclosure.person`: everything that is stored about a person, in answer to the person's
    /// asking (GDPR 15). About one of whom nothing is stored, it says that.
    func disclosed(_ disclosure: Disclosure, cause: Cause) -> OutboundMessage {
        message("disclosure.person", subject: disclosure.request.uuid.text, cause: cause) { data in
            data.member("requestId", disclosure.request.uuid.text)
            let isKnown = disclosure.person != nil || !disclosure.mentions.isEmpty
            data.member("known", isKnown)
            data.member("at", cause.at.description)
            guard isKnown else { return }
            Self.write(disclosure.mentions, to: &data)
            guard let person = disclosure.person else { return }
            data.object("person") { Self.write(person, to: &$0) }
            data.array("requests") { list in
                for request in disclosure.requests {
                    list.object { Self.write(request, to: &$0) }
                }
            }
            data.array("accounts") { list in
                for account in disclosure.accounts {
                    list.object { Self.write(account, to: &$0) }
                }
            }
            Self.write(disclosure.file, about: person.identifier, to: &data)
            data.array("processing") { list in
                for activity in disclosure.activities {
                    list.object { Self.write(activity, to: &$0) }
                }
            }
            data.member("source", "what the portal reported of you, and what was decided")
            data.member("automatedDecisions", "a request is rejected by rule, or decided by people")
            data.member("rights", Self.rights)
            data.member(
                "complaints",
                "Commission nationale pour la protection des données, 15 boulevard du Jazz, "
                    + "L-4370 Belvaux"
            )
        }
    }

    private static func write(_ mentions: [NamingMessage], to data: inout JSONWriter) {
        data.array("mentions") { list in
            for message in mentions {
                list.object { json in
                    json.member("kind", message.kind.rawValue)
                    json.member("requestId", message.request?.uuid.text)
                    json.member("deadLetter", message.letter?.uuid.text)
                    json.member("type", EventType.type(ofRoutingKey: message.routingKey))
                    json.member("at", message.at.description)
                    json.member("content", message.content)
                }
            }
        }
    }

    private static let rights = [
        "registration.person.rectification", "registration.person.erasure",
        "registration.person.restriction", "registration.person.consent-withdrawal",
    ]

    private static func write(_ person: Person, to json: inout JSONWriter) {
        json.member("id", person.identifier.uuid.text)
        json.member("subject", person.subject)
        json.member("authentication", person.details?.authentication.rawValue)
        json.member("familyName", person.details?.familyName)
        json.member("givenName", person.details?.givenName)
        json.member("email", person.details?.email)
        if let languages = person.details?.languages {
            json.member("languages", languages.map(\.rawValue))
        } else {
            json.member("languages", JSONValue.null)
        }
        json.member("signature", person.signature)
        json.member("restricted", person.isRestricted)
    }

    private static func write(_ request: Request, to json: inout JSONWriter) {
        json.member("requestId", request.identifier.uuid.text)
        json.member("procedure", request.procedure)
        json.member("profile", request.profile)
        json.member("eori", request.eori?.number)
        json.operations("requested", request.requested)
        json.operations("authorised", request.authorised)
        json.member("status", request.status.rawValue)
        json.member("revision", request.revision)
        json.member("reason", request.reason?.rawValue)
        json.member("kept", request.kept.map(\.rawValue))
        json.member("submittedAt", request.submittedAt.description)
        json.member("changedAt", request.changedAt.description)
        json.member("remindAt", request.remindAt?.description)
        json.member("escalateAt", request.escalateAt?.description)
        json.member("expireAt", request.expireAt?.description)
        json.member("eraseAt", request.eraseAt?.description)
    }

    private static func write(_ account: Account, to json: inout JSONWriter) {
        json.member("account", account.identifier.uuid.text)
        json.member("requestId", account.request.uuid.text)
        json.member("eori", account.eori.text)
        json.member("role", account.role.rawValue)
        json.operations("operations", account.operations)
        json.member("status", account.status.rawValue)
        json.member("location", account.location)
        json.member("emcs", account.emcs.map(\.text))
    }

    private static func write(
        _ file: PersonalFile,
        about person: PersonIdentifier,
        to data: inout JSONWriter
    ) {
        data.array("texts") { list in
            for writing in file.writings {
                list.object { json in
                    json.member("requestId", writing.request.uuid.text)
                    json.member("kind", writing.text.kind.rawValue)
                    json.member("recordedAt", writing.text.recordedAt.description)
                    json.member("content", writing.text.content)
                }
            }
        }
        data.array("documents") { list in
            for named in file.documents {
                list.object { json in
                    json.member("requestId", named.request.uuid.text)
                    json.member("recordedAt", named.recordedAt.description)
                    json.member("kind", named.document.kind)
                    json.member("reference", named.document.reference)
                    json.member("issuedOn", named.document.issuedOn?.description)
                    json.member("validUntil", named.document.validUntil?.description)
                }
            }
        }
        write(duties: file, to: &data)
        data.array("messages") { list in
            for sent in file.messages {
                list.object { json in
                    json.member("type", EventType.type(ofRoutingKey: sent.routingKey))
                    json.member("template", sent.template)
                    json.member("to", addressee(of: sent, about: person))
                    json.member("id", sent.messageIdentifier)
                    json.member("createdAt", sent.createdAt.description)
                    json.member("confirmedAt", sent.settledAt?.description)
                }
            }
        }
    }

    private static func write(duties file: PersonalFile, to data: inout JSONWriter) {
        data.array("particulars") { list in
            for statement in file.statements {
                list.object { json in
                    json.member("requestId", statement.request.uuid.text)
                    json.member("name", statement.member.name)
                    json.member("content", statement.member.value)
                }
            }
        }
        data.array("authorisations") { list in
            for authorisation in file.authorisations {
                list.object { json in
                    json.member("exciseNumber", authorisation.number.text)
                    json.member("requestId", authorisation.request.uuid.text)
                    json.member("eori", authorisation.eori.text)
                    json.member("kind", authorisation.kind.rawValue)
                    json.member("products", authorisation.products.map(\.rawValue))
                    json.member("validFrom", authorisation.validFrom.description)
                    json.member("validUntil", authorisation.validUntil?.description)
                    json.member("status", authorisation.status.rawValue)
                    json.member("revokedOn", authorisation.revokedOn?.description)
                    json.member("warnAt", authorisation.warnAt?.description)
                    json.member("lapseAt", authorisation.lapseAt?.description)
                }
            }
        }
        data.array("obligations") { list in
            for obligation in file.obligations {
                list.object { json in
                    json.member("obligation", obligation.identifier.uuid.text)
                    json.member("requestId", obligation.request.uuid.text)
                    json.member("kind", obligation.kind.rawValue)
                    json.member("eori", obligation.eori.text)
                    json.member("exciseNumber", obligation.authorisation?.text)
                    json.member("reference", obligation.reference)
                    json.member("arisenOn", obligation.arisenOn.description)
                    json.member("dueOn", obligation.dueOn.description)
                    json.member("status", obligation.status.rawValue)
                    json.member("metOn", obligation.metOn?.description)
                    json.member("remindAt", obligation.remindAt?.description)
                    json.member("overdueAt", obligation.overdueAt?.description)
                }
            }
        }
    }

    /// Others are not named: their data are not the person's.
    private static func addressee(
        of sent: PersonalFile.SentMessage,
        about person: PersonIdentifier
    ) -> String {
        guard sent.template != nil else { return "provisioner" }
        guard let recipient = sent.recipient else { return "mailbox" }
        return recipient == person ? "person" : "manager"
    }

    private static func write(_ activity: ProcessingActivity, to json: inout JSONWriter) {
        json.member("procedure", activity.procedure)
        json.member("purpose", activity.purpose)
        json.member("legalBasis", activity.legalBasis)
        json.member("recipients", activity.recipients)
        json.array("retention") { list in
            for status in RequestStatus.allCases {
                guard let period = activity.retention[status] else { continue }
                list.object { json in
                    json.member("status", status.rawValue)
                    json.member("after", words(for: period))
                }
            }
        }
    }

    private static func words(for period: Period) -> String {
        switch period {
        case .workingDays(let days): "\(days) working days"
        case .seconds(let seconds) where seconds % 86_400 == 0: "\(seconds / 86_400) days"
        case .seconds(let seconds): "\(seconds) seconds"
        }
    }
}

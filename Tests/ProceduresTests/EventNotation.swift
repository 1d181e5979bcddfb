import Domain

/// Events in one line each, as examples write them; what changed stands as `before > after`.
struct EventNotation {
    let scene: Scene

    /// To be called when the event has been applied: names come from the register.
    func line(_ event: Event) -> String {
        switch event {
        case .personRecorded(let person):
            words(
                "person.recorded",
                scene.name(of: person.identifier),
                person.details == nil ? "as an official" : ""
            )
        case .personChanged(let person, let previous, let change):
            words(
                "person.changed",
                scene.name(of: person.identifier),
                "\(change.rawValue):",
                person.changedMembers(since: previous).joined(separator: ",")
            )
        case .personDisclosed(let disclosure):
            words(
                "person.disclosed",
                disclosure.person.map { scene.name(of: $0.identifier) } ?? "nobody",
                disclosure.requests.map { scene.name(of: $0.identifier) }.joined(separator: ","),
                disclosure.accounts.map { scene.name(of: $0) }.joined(separator: ",")
            )
        case .personErased(let person): words("person.erased", scene.name(of: person))
        case .erasureBegun(let person): words("erasure.begun", scene.name(of: person))
        case .erasureTold(let person, let recipients):
            words("erasure.told", scene.name(of: person.identifier), "\(recipients.count)")
        case .erasureCompleted(let person): words("erasure.completed", scene.name(of: person))
        case .requestErased(let request):
            words("request.erased", scene.name(of: request.identifier))
        case .requestKept(let request):
            words("request.kept", scene.name(of: request.identifier))
        case .requestSubmitted(let request): submitted(request)
        case .requestChanged(let request, let previous, let by, let remarks):
            words(
                "request.changed",
                scene.name(of: request.identifier),
                "\(previous.rawValue) > \(request.status.rawValue)",
                request.reason?.rawValue ?? "",
                "#\(request.revision)",
                text(request.authorised),
                text(by, remarks)
            )
        case .requestReminded(let request): deadlines("request.reminded", request)
        case .requestEscalated(let request): deadlines("request.escalated", request)
        case .supplementReceived(let request, let supplement):
            words(
                "supplement.received",
                scene.name(of: request),
                "\"\(supplement.answer)\"",
                supplement.documents.map { "\($0.kind) \($0.reference)" }
                    .joined(separator: ", ")
            )
        case .documentsNamed(let request, let documents):
            words(
                "documents.named",
                scene.name(of: request),
                documents.map { "\($0.kind) \($0.reference)" }.joined(separator: ", ")
            )
        case .operatorRegistered(let registered):
            words(
                "operator.registered",
                registered.eori.text,
                registered.kind.rawValue,
                text(registered.operations)
            )
        case .operatorChanged(let after, let before, let by, let remarks):
            words(
                "operator.changed",
                after.eori.text,
                change(before.status.rawValue, after.status.rawValue),
                change(text(before.operations), text(after.operations)),
                text(by, remarks)
            )
        case .accountOpened(let account):
            words(
                "account.opened",
                scene.name(of: account),
                account.role.rawValue,
                text(account.operations),
                account.status.rawValue,
                account.former.map { "in the place of \(name(of: $0))" } ?? "",
                account.location.map { "at \($0)" } ?? ""
            )
        case .accountChanged(let after, let before, let why, let by, let remarks):
            words(
                "account.changed",
                scene.name(of: after),
                "\(why.rawValue):",
                change(before.status.rawValue, after.status.rawValue),
                change(before.role.rawValue, after.role.rawValue),
                change(text(before.operations), text(after.operations)),
                change(before.location ?? "nowhere", after.location ?? "nowhere"),
                before.former == after.former ? "" : "the former is not needed",
                change(text(before.entitlements), text(after.entitlements)),
                text(by, remarks)
            )
        case .fieldsStated(let request, let fields):
            words(
                "particulars.stated",
                scene.name(of: request),
                named(
                    fields.members.map { "\($0.name)=\(mandate($0))" }.joined(separator: "; ")
                )
            )
        case .authorisationGranted, .authorisationChanged, .authorisationDisclosed,
            .obligationOpened, .obligationChanged, .guaranteeHeld, .guaranteeChanged:
            duty(event)
        case .outageBegan(let outage, let by):
            words("outage.began", outage.system, "\(outage.since)", text(by, outage.remarks))
        case .outageEnded(let outage, let by):
            words(
                "outage.ended",
                outage.system,
                outage.until.map { "\($0)" } ?? "",
                text(by, outage.remarks)
            )
        case .provisioning(let order, let step):
            words(
                "provisioning",
                name(of: order.account),
                "\(order.method.rawValue) #\(order.tries.count)",
                text(step, of: order),
                order.dueAt.map { step.leavesOrder ? "due \($0)" : "" } ?? ""
            )
        case .reportIgnored(let account, let method, let status):
            words("report.ignored", name(of: account), method.rawValue, "\(status)")
        case .lastManagerLost(let eori): words("operator.without-manager", eori.text)
        case .nothingToChange(let by): words("nothing.to-change", text(by, nil))
        case .operated(.outboxRetried(let sequences)):
            words("outbox.retried", sequences.map { "\($0)" } ?? "all")
        case .cascade(let cascade, let step):
            words(
                "cascade.\(step.rawValue)",
                cascade.eori?.text ?? "",
                text(ofSystem: cascade),
                cascade.told.compactMap(\.person).map { scene.name(of: $0) }
                    .joined(separator: ",")
            )
        case .operated(.clockConfirmed): "clock.confirmed"
        case .operated(.deadLettersReplayed(let letters)):
            words("dead-letters.replayed", letters.map(\.reason.rawValue).joined(separator: ","))
        case .operated(.deadLettersDiscarded(let letters)):
            words("dead-letters.discarded", letters.map(\.reason.rawValue).joined(separator: ","))
        }
    }

    /// What a member says; of a mandate, who acts for whom.
    private func mandate(_ member: RequestFields.Member) -> String {
        let number = AuthorisationNumber(member.value)
        return scene.register.records.authorisations[number].map(scene.name) ?? member.value
    }

    /// With the names of guarantees in the place of their ids.
    private func named(_ text: String) -> String {
        scene.register.records.guarantees.all.reduce(text) { text, guarantee in
            text.replacing(guarantee.identifier.description, with: scene.name(of: guarantee))
        }
    }

    private func text(of member: String, in answer: Answer) -> String? {
        for own in answer.members where own.name == member {
            if case .text(let text) = own.value { return text }
        }
        return nil
    }

    /// The lines, with what stands after the place where one of `others` breaks off (…) left out.
    func shortened(_ lines: [String], as others: [String]) -> [String] {
        lines.enumerated().map { index, line in
            guard index < others.count, others[index].hasSuffix("…"),
                line.hasPrefix(others[index].dropLast())
            else { return line }
            return others[index]
        }
    }

    private func duty(_ event: Event) -> String {
        switch event {
        case .authorisationGranted(let authorisation):
            words(
                "authorisation.granted",
                scene.name(of: authorisation),
                authorisation.counterparty == nil ? authorisation.eori.text : "",
                authorisation.kind,
                authorisation.scope.joined(separator: ","),
                "from \(authorisation.validFrom)",
                authorisation.validUntil.map { "until \($0)" } ?? "",
                timers(authorisation.warnAt, "warn", authorisation.lapseAt, "lapse")
            )
        case .authorisationChanged(let authorisation, let previous, let why, let by, let remarks):
            words(
                "authorisation.changed",
                scene.name(of: authorisation),
                "\(why.rawValue):",
                change(previous.rawValue, authorisation.status.rawValue),
                authorisation.revokedOn.map { "on \($0)" } ?? "",
                timers(authorisation.warnAt, "warn", authorisation.lapseAt, "lapse"),
                text(by, remarks)
            )
        case .authorisationDisclosed(let disclosure):
            words(
                "authorisation.disclosed",
                disclosure.number.text,
                text(of: "kind", in: disclosure.answer) ?? "unknown",
                text(of: "answer", in: disclosure.answer) ?? "unsaid"
            )
        case .obligationOpened(let obligation):
            words(
                "obligation.opened",
                obligation.kind,
                scene.reference(of: obligation),
                obligation.dueOn.map { "due \($0)" } ?? "without a day",
                obligation.status.rawValue,
                timers(obligation.remindAt, "remind", obligation.overdueAt, "overdue")
            )
        case .obligationChanged(let obligation, let previous, let why, let by):
            words(
                "obligation.changed",
                obligation.kind,
                scene.reference(of: obligation),
                "\(why.rawValue):",
                change(previous.rawValue, obligation.status.rawValue),
                obligation.metOn.map { "on \($0)" } ?? "",
                why == .postponed ? obligation.dueOn.map { "due \($0)" } ?? "without a day" : "",
                timers(obligation.remindAt, "remind", obligation.overdueAt, "overdue"),
                text(by, nil)
            )
        default: guarantee(event)
        }
    }

    private func guarantee(_ event: Event) -> String {
        switch event {
        case .guaranteeHeld(let guarantee, let by, let remarks):
            words(
                "guarantee.held",
                "\(guarantee.amountCents)",
                guarantee.holder.eori?.text ?? "",
                "for \(scene.name(of: guarantee))",
                text(by, remarks)
            )
        case .guaranteeChanged(let guarantee, let previous, let why, let by, let remarks):
            words(
                "guarantee.changed",
                "\(why.rawValue):",
                change(previous.rawValue, guarantee.status.rawValue),
                "of \(guarantee.amountCents) \(guarantee.calledCents) called, "
                    + "\(guarantee.releasedCents) released",
                text(by, remarks)
            )
        default: ""
        }
    }

    private func text(ofSystem cascade: Cascade) -> String {
        guard case .system(let system, let work) = cascade.change else { return "" }
        return "\(system) \(work.rawValue)"
    }

    private func timers(
        _ first: Instant?,
        _ firstName: String,
        _ last: Instant?,
        _ lastName: String
    ) -> String {
        words(first.map { "\(firstName) \($0)" } ?? "", last.map { "\(lastName) \($0)" } ?? "")
    }

    private func name(of account: AccountIdentifier) -> String {
        scene.register.records.accounts[account].map { scene.name(of: $0) } ?? "nobody"
    }

    private func text(_ step: ProvisioningStep, of order: ProvisioningOrder) -> String {
        switch (step, order.failure) {
        case (.refused(let status), _):
            "refused with \(status), then \(order.next?.rawValue ?? "nothing")"
        case (.retried, _): "retried as \(order.lastMethod.rawValue)"
        case (.failed, .refused(let status)): "failed with \(status)"
        case (.failed, .contradicted(let status)): "failed with \(status), contradicted"
        case (.failed, .silence): "failed in silence"
        case (.failed, .locationTaken(let location, let holder)):
            "failed: \(name(of: holder)) has \(location)"
        case (.failed, .personUnknown): "failed: nobody knows the person"
        case (.failed, nil): "failed for no reason"
        case (.done, _): "done"
        case (.reportedLate, _): "reported-late"
        case (.superseded, _): "superseded"
        }
    }

    private func submitted(_ request: Request) -> String {
        words(
            "request.submitted",
            scene.name(of: request.identifier),
            request.profile,
            request.eori?.text ?? "",
            text(request.requested),
            request.status.rawValue,
            request.reason?.rawValue ?? "",
            request.kept.isEmpty
                ? "" : "keeping \(request.kept.map(\.rawValue).joined(separator: ","))",
            request.remindAt.map { "remind \($0)" } ?? "",
            request.escalateAt.map { "escalate \($0)" } ?? "",
            request.expireAt.map { "expire \($0)" } ?? ""
        )
    }

    /// What is left of the request's deadlines.
    private func deadlines(_ event: String, _ request: Request) -> String {
        words(
            event,
            scene.name(of: request.identifier),
            request.remindAt.map { "remind \($0)" } ?? "",
            request.escalateAt.map { "escalate \($0)" } ?? "",
            request.expireAt.map { "expire \($0)" } ?? ""
        )
    }

    private func text(_ operations: OperationSet) -> String {
        operations.list.map(\.rawValue).joined(separator: ",")
    }

    private func text(_ entitlements: [Entitlement]) -> String {
        entitlements.isEmpty ? "nothing" : entitlements.map(text).joined(separator: ",")
    }

    /// The number; with the mandate, where it rests on one.
    private func text(_ entitlement: Entitlement) -> String {
        let mandate = entitlement.mandate.flatMap { scene.register.records.authorisations[$0] }
        return entitlement.number.text + (mandate.map { " by \(scene.name(of: $0))" } ?? "")
    }

    private func text(_ by: Originator, _ remarks: String?) -> String {
        let name =
            switch by {
            case .applicant: "the applicant"
            case .decisionMaker(let person, let role, _):
                "\(scene.name(of: person)) as \(role.rawValue)"
            case .rule: "rule"
            case .timer(let name): "timer \(name)"
            case .provisioner: "the provisioner"
            }
        return "by \(name)" + (remarks.map { ": \($0)" } ?? "")
    }

    private func change(_ before: String, _ after: String) -> String {
        before == after ? "" : "\(before) > \(after.isEmpty ? "nothing" : after)"
    }

    private func words(_ words: String...) -> String {
        words.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

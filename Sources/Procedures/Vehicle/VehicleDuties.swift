import Contract
import Domain

// What the owner of a vehicle has to do by a day.
extension Vehicle {
    enum Duty: String, CaseIterable {
        /// To have it registered.
        case registration = "vehicle-registration"
        /// To have the permanent disc in the place of the temporary one.
        case disc = "road-tax-disc"
        /// To pay the tax.
        case roadTax = "road-tax"
    }

    static let obligationKinds = [
        KindDefinition(Duty.registration.rawValue, "registration of a vehicle"),
        KindDefinition(Duty.disc.rawValue, "permanent road tax disc"),
        KindDefinition(Duty.roadTax.rawValue, "payment of road tax"),
    ]

    private static let pageCount = 50

    /// The person's requests for one vehicle, the one being made aside.
    static func requests(
        of person: PersonIdentifier,
        forVehicle vin: String?,
        in context: DecisionContext
    ) throws -> [Request] {
        guard let vin else { return [] }
        var found: [Request] = []
        var last: RequestIdentifier?
        repeat {
            let page = try context.register.requests(of: person, after: last, limit: pageCount)
            for request in page where request.procedure == name {
                let stated = try context.register.fields(of: request.identifier)
                if stated[Imported.vin] == vin { found.append(request) }
            }
            last = page.count == pageCount ? page.last?.identifier : nil
        } while last != nil
        return found
    }

    /// That the vehicle has to be registered, by whichever of the person's requests it arose.
    static func registrationDuties(
        of person: PersonIdentifier,
        forVehicle vin: String?,
        in context: DecisionContext
    ) throws -> [Obligation] {
        try requests(of: person, forVehicle: vin, in: context).flatMap { request in
            try context.register.obligations(broughtAboutBy: request.identifier)
        }.filter { $0.vehicleDuty == .registration && $0.status.isRunning }
    }

    /// From the declaration of arrival on there are six months. The duty arises once, however often
    /// the registration is asked for.
    static func registrationDuty(
        of request: Request,
        _ stated: RequestFields,
        arrivedOn: CivilDate,
        in context: DecisionContext
    ) throws -> [Event] {
        guard
            try registrationDuties(
                of: request.person,
                forVehicle: stated[Imported.vin],
                in: context
            ).isEmpty
        else { return [] }
        let values = context.settings.values
        let obligation = obligation(
            Duty.registration.rawValue,
            of: request,
            from: arrivedOn,
            within: values[deadline],
            in: context
        )
        return [try obligation.opened(remindBefore: values[remindBefore], in: context)]
    }

    /// With the registration a temporary disc is issued; the tax has to be paid meanwhile.
    static func roadTax(
        of request: Request,
        from day: CivilDate,
        in context: DecisionContext
    ) throws -> [Event] {
        let values = context.settings.values
        func duty(_ duty: Duty) -> Obligation {
            obligation(
                duty.rawValue,
                of: request,
                from: day,
                within: values[discFor],
                in: context
            )
        }
        return [
            try duty(.disc).opened(remindBefore: [values[discRemindBefore]], in: context),
            try duty(.roadTax)
                .opened(remindBefore: [], warnAfter: values[warnAfter], in: context),
        ]
    }

    // MARK: Road tax

    /// What was paid already may be all that is charged in the end.
    static func charged(
        _ charge: Charge,
        on request: Request,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let tax = try roadTax(charge, of: request, in: context)
        var stated = RequestFields()
        stated[Charge.charged(charge.kind)] = Euros.text(charge.cents)
        let known = try context.register.fields(of: request.identifier)
        if let paid = known.euros(Charge.paid(charge.kind)), paid >= charge.cents {
            let today = LuxembourgCalendar.date(at: context.now)
            return [.fieldsStated(request.identifier, stated)]
                + (try settled(tax, of: request, on: today, by: originator, in: context))
        }
        let values = context.settings.values
        let day = Obligation.lastDay(charge.day, context.settings)
        return [.fieldsStated(request.identifier, stated)]
            + (day == tax.dueOn
                ? []
                : [
                    try tax.postponed(
                        to: day,
                        remindBefore: [],
                        warnAfter: values[warnAfter],
                        by: originator,
                        in: context
                    )
                ])
    }

    /// A part of what was charged closes nothing; parts count together.
    static func paid(
        _ payment: Charge,
        on request: Request,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let tax = try roadTax(payment, of: request, in: context)
        let known = try context.register.fields(of: request.identifier)
        let paidCents = totalCents(with: payment, in: known)
        var stated = RequestFields()
        stated[Charge.paid(payment.kind)] = Euros.text(paidCents)
        let recorded: [Event] = [.fieldsStated(request.identifier, stated)]
        if let charged = known.euros(Charge.charged(payment.kind)), paidCents < charged {
            return recorded
        }
        return recorded
            + (try settled(tax, of: request, on: payment.day, by: originator, in: context))
    }

    /// Nothing of the tax is owed any more: with it the permanent disc comes.
    private static func settled(
        _ tax: Obligation,
        of request: Request,
        on day: CivilDate,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        let disc = try context.register.obligations(broughtAboutBy: request.identifier)
            .filter { $0.vehicleDuty == .disc && $0.status.isRunning }
        return try ([tax] + disc).map { duty in
            try duty.met(on: max(day, duty.arisenOn), by: originator, in: context)
        }
    }

    /// - Throws: `Problem` with the code `not-awaited`.
    private static func roadTax(
        _ charge: Charge,
        of request: Request,
        in context: DecisionContext
    ) throws -> Obligation {
        guard charge.kind == .roadTax else { throw Problem.nothingToPay(charge.kind) }
        let duties = try context.register.obligations(broughtAboutBy: request.identifier)
        guard request.status == .granted,
            let tax = duties.first(where: { $0.vehicleDuty == .roadTax && $0.status.isRunning })
        else {
            throw Problem(
                .notAwaited,
                at: "/data/requestId",
                request.status == .granted
                    ? "the road tax was paid already"
                    : "the vehicle is not registered by this request"
            )
        }
        return tax
    }
}

extension Obligation {
    /// Nil where it is another procedure's.
    var vehicleDuty: Vehicle.Duty? {
        procedure == Vehicle.name ? Vehicle.Duty(rawValue: kind) : nil
    }
}

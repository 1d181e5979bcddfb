/// A guarantee's id, given by Registrar.
public struct GuaranteeIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UniversalIdentifier
    public init(_ uuid: UniversalIdentifier) { self.uuid = uuid }
    public init?(_ text: String) {
        guard let uuid = UniversalIdentifier(text) else { return nil }
        self.uuid = uuid
    }
    public var description: String { uuid.text }
}

/// What has become of a guarantee. That one is offered says the request that states it.
public enum GuaranteeStatus: String, CaseIterable, Sendable {
    /// Nothing of it was called, and some of it is still held.
    case held
    /// All of it was given back.
    case released
    /// Some of it was called; the rest is held, or was given back.
    case partlyCalled = "partly-called"
    /// All of it was called.
    case called
}

/// Amounts of euros as they are kept and shown, such as `376.55`.
public enum Euros {
    public static func text(_ cents: Int64) -> String {
        "\(cents / 100)." + String(100 + cents % 100).dropFirst()
    }
}

/// How a guarantee changed.
public enum GuaranteeChange: String, CaseIterable, Sendable {
    /// What it secures was not done, and is paid from it.
    case called
    /// It was given back.
    case released
    /// It is for another amount from here on.
    case changed
    /// What it secures has another name.
    case renamed
}

/// Money that secures something and comes back, unless it is called. No personal data but the
/// holder's id: what names it, a text, stands with what its request states, and goes with that.
public struct Guarantee: Hashable, Sendable {
    public let identifier: GuaranteeIdentifier
    /// The procedure that asks for it.
    public let procedure: String
    /// Who gets back what is not called.
    public package(set) var holder: Holder
    /// The authorisation that it secures, or under which what it secures is done; nil where none
    /// is needed.
    public let authorisation: AuthorisationNumber?
    /// What it secures, such as a movement's ARC; nil for all that the authorisation allows, or
    /// that the request is about.
    public private(set) var reference: String?
    /// The request that states it.
    public let request: RequestIdentifier
    /// In cents of a euro, as the others; more than 0.
    public private(set) var amountCents: Int64
    public private(set) var calledCents: Int64
    public private(set) var releasedCents: Int64

    /// Nil for a guarantee of nothing, and where more than there is was called and given back.
    public init?(
        identifier: GuaranteeIdentifier,
        procedure: String,
        holder: Holder,
        authorisation: AuthorisationNumber? = nil,
        reference: String? = nil,
        request: RequestIdentifier,
        amountCents: Int64,
        calledCents: Int64 = 0,
        releasedCents: Int64 = 0
    ) {
        guard amountCents > 0, (0...amountCents).contains(calledCents),
            (0...(amountCents - calledCents)).contains(releasedCents)
        else { return nil }
        self.identifier = identifier
        self.procedure = procedure
        self.holder = holder
        self.authorisation = authorisation
        self.reference = reference
        self.request = request
        self.amountCents = amountCents
        self.calledCents = calledCents
        self.releasedCents = releasedCents
    }

    /// What is left of it.
    public var heldCents: Int64 { amountCents - calledCents - releasedCents }

    public var status: GuaranteeStatus {
        switch (calledCents, releasedCents) {
        case (amountCents, _): .called
        case (1..., _): .partlyCalled
        case (_, amountCents): .released
        default: .held
        }
    }

    /// The guarantee after so much of what is left was called or given back, or for that amount
    /// from here on; nil where less is left, or more was called and given back, and for nothing.
    public func changed(_ change: GuaranteeChange, cents: Int64) -> Guarantee? {
        let limit =
            change == .changed ? calledCents + releasedCents...Int64.max : 0...heldCents
        guard cents > 0, limit.contains(cents) else { return nil }
        var next = self
        switch change {
        case .called: next.calledCents += cents
        case .released: next.releasedCents += cents
        case .changed: next.amountCents = cents
        case .renamed: return nil
        }
        return next
    }

    /// The guarantee of what has another name by now.
    public func renamed(to reference: String) -> Guarantee {
        var next = self
        next.reference = reference
        return next
    }
}

import Contract
import Domain

extension Excise {
    /// What an excise authorisation lets an operator do (Directive (EU) 2020/262, articles 16 to 19
    /// and 35).
    enum Kind: String, CaseIterable {
        case temporaryRegisteredConsignee = "temporary-registered-consignee"
        case registeredConsignee = "registered-consignee"
        case authorisedWarehousekeeper = "authorised-warehousekeeper"
        case certifiedConsignor = "certified-consignor"
        case certifiedConsignee = "certified-consignee"
        case temporaryCertifiedConsignee = "temporary-certified-consignee"
    }

    /// What is subject to excise duty.
    enum Product: String, CaseIterable {
        case alcohol
        case tobacco
        case energy
    }

    /// What has to be done by a day.
    enum Duty: String, CaseIterable, Decodable {
        /// The declaration of release for consumption (AC4).
        case declaration = "ac4-declaration"
        /// The payment of the duty that was declared.
        case payment = "duty-payment"
        /// The report of receipt (RoR).
        case reportOfReceipt = "report-of-receipt"
        /// The consignee's report, which the consignor waits for.
        case receiptExpected = "receipt-expected"
        /// What was done on paper while EMCS was away, to be done there.
        case catchUp = "emcs-catch-up"
        /// Goods entered in the stock records.
        case stockRecord = "stock-record"
    }

    /// What names one movement of excise goods. No personal data.
    struct Movement {
        /// Obligations refer to it by this.
        private(set) var text: String
        /// What its administrative reference code says; nil where it has none.
        private(set) var code: Code?

        /// What an administrative reference code says of the movement.
        struct Code {
            /// The last two digits of the year.
            let year: Int
            /// Two capital letters: where the movement was announced.
            let memberState: String
            /// Whether the duty was paid where the goods come from.
            let isDutyPaid: Bool
        }

        /// An administrative reference code of EMCS: the year in two digits, two capital letters
        /// for the member state, 15 capital letters or digits of its own, the type of movement
        /// (`P` for goods whose duty was paid), a check digit (Delegated Regulation (EU) 2022/1636,
        /// annex II). No act publishes how the check digit is computed: it is left alone.
        init?(arc text: String) {
            let bytes = Array(text.utf8)
            guard bytes.count == 21 else { return nil }
            for (index, byte) in bytes.enumerated() {
                let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                let isAllowed =
                    switch index {
                    case 0, 1, 20: isDigit
                    case 2, 3: isLetter
                    default: isDigit || isLetter
                    }
                guard isAllowed else { return nil }
            }
            self.text = text
            code = Code(
                year: Int(bytes[0] - UInt8(ascii: "0")) * 10 + Int(bytes[1] - UInt8(ascii: "0")),
                memberState: String(decoding: bytes[2...3], as: UTF8.self),
                isDutyPaid: bytes[19] == UInt8(ascii: "P")
            )
        }

        /// A reference of the operator's own, where there is no code: 1 to 35 ASCII letters,
        /// digits, dots, hyphens, underscores and slashes. Too little for a sentence: it stands in
        /// the journal.
        init?(own text: String) {
            let bytes = text.utf8
            guard (1...35).contains(bytes.count) else { return nil }
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: "/"):
                    continue
                default: return nil
                }
            }
            self.text = text
        }

        /// One of the lots in which its goods are released: what stands after the sign that neither
        /// a code nor a reference has.
        func lot(_ lot: Movement?) -> Self {
            guard let lot else { return self }
            var part = self
            part.text += "#\(lot.text)"
            return part
        }
    }

    static let authorisationKinds =
        Kind.allCases.map { KindDefinition($0.rawValue) } + mandateKinds
    static let obligationKinds = [
        KindDefinition(Duty.declaration.rawValue, "AC4 declaration"),
        KindDefinition(Duty.payment.rawValue, "payment of the duty"),
        KindDefinition(Duty.reportOfReceipt.rawValue),
        KindDefinition(Duty.receiptExpected.rawValue, "report of receipt by the consignee"),
        KindDefinition(Duty.catchUp.rawValue, "entry in EMCS of what was done on paper"),
        KindDefinition(Duty.stockRecord.rawValue, "entry in the stock records"),
    ]
    /// The users of EMCS.
    static let userEntitlement = "emcs"
    static let system: SystemDefinition? = SystemDefinition(
        name: userEntitlement,
        obligationKinds: [Duty.reportOfReceipt, .receiptExpected, .catchUp].map(\.rawValue),
        catchUpWithin: catchUpWithin
    )
    static let recordNames = RecordNames(
        number: Granted.number.name,
        scope: Stated.products.name,
        entitlements: [userEntitlement]
    )
}

extension AuthorisationNumber {
    /// An excise number: two capital letters and 11 capital letters or digits, such as
    /// `LU00000123456`, as the SEED register of the Union lists them (Regulation (EU) No 389/2012,
    /// article 19). Nil unless `text` has the shape.
    init?(excise text: String) {
        let bytes = text.utf8
        guard bytes.count == 13 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isLetter || isDigit && index >= 2 else { return nil }
        }
        self.init(text)
    }
}

extension Obligation {
    /// What has to be done; nil for an obligation of another procedure.
    var duty: Excise.Duty? { procedure == Excise.name ? Excise.Duty(rawValue: kind) : nil }
}

extension Authorisation {
    /// What it lets its holder do with excise goods; nil for an authorisation of another procedure.
    var exciseKind: Excise.Kind? { procedure == Excise.name ? Excise.Kind(rawValue: kind) : nil }

    var kindInWords: String { kind.replacing("-", with: " ") }

    /// The goods that it covers.
    var products: [Excise.Product] { scope.compactMap(Excise.Product.init) }
}

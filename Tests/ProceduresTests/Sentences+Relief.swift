extension Sentence {
    /// Of the traveller's information card: what who moves, marries or brings pets may import free
    /// of duties.
    static let relief: [Sentence] = [
        .init("R01", "household goods: the papers that are asked for"),
        .init("R02", "a declaration that is signed, and an attestation that the goods are used"),
        .init("R03", "who has no certificate: the employer's attestation and the rental contract"),
        .init("R04", "who has no attestation: bills of the last 12 months"),
        .init("R05", "where papers are missing: a deposit"),
        .init("R06", "new goods are taxed"),
        .init("R07", "diplomats: free of duties only with declaration 136 F"),
        .init("R08", "from inside the Union nothing is due"),
        .init("R09", "owned and used abroad, and not acquired for the import"),
        .init("R10", "the deposit: 3.5 %, 15 % of the value and a tenth, EUR 200"),
        .init("R11", "the certificate of residence, after 12 months abroad"),
        .init("R12", "who returns: a certificate with both days, or two of them"),
        .init("R13", "who registered no move: two proofs"),
        .init("R27", "pets: identified, vaccinated, with a certificate"),
        .init("R38", "a vehicle: the papers that are asked for"),
        .init("R39", "a vehicle: 6 months, more than 6,000 km, and a move"),
        .init("R40", "for 12 months it is not sold or transferred"),
        .init("R41", "pets: vaccination record and veterinary certificate"),
        .init("R42", "a trousseau and presents: papers, and one spouse who lives here"),
    ]
}

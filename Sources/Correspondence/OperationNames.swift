import Domain

/// The names of the customs operations in mails; English and French as the registration form has
/// them.
enum OperationNames {
    static func name(_ operation: CustomsOperation, in language: Language) -> String {
        switch language {
        case .english: english(operation)
        case .french: french(operation)
        case .german: german(operation)
        case .luxembourgish: luxembourgish(operation)
        }
    }

    private static func english(_ operation: CustomsOperation) -> String {
        switch operation {
        case .import: "Import"
        case .transit: "Transit"
        case .temporaryStorage: "Temporary storage"
        case .releaseForConsumption: "Release for consumption (AC4)"
        case .importControl: "Security import control system (ICS)"
        case .guaranteeManagement: "National guarantee management system"
        }
    }

    private static func french(_ operation: CustomsOperation) -> String {
        switch operation {
        case .import: "Importation"
        case .transit: "Transit"
        case .temporaryStorage: "Dépôt temporaire"
        case .releaseForConsumption: "Mise à la consommation (AC4)"
        case .importControl: "Système de contrôle des importations (ICS)"
        case .guaranteeManagement: "Système national de gestion des garanties"
        }
    }

    private static func german(_ operation: CustomsOperation) -> String {
        switch operation {
        case .import: "Einfuhr"
        case .transit: "Versand"
        case .temporaryStorage: "Vorübergehende Verwahrung"
        case .releaseForConsumption: "Überführung in den steuerrechtlich freien Verkehr (AC4)"
        case .importControl: "Einfuhrkontrollsystem (ICS)"
        case .guaranteeManagement: "Nationales System zur Verwaltung der Sicherheiten"
        }
    }

    private static func luxembourgish(_ operation: CustomsOperation) -> String {
        switch operation {
        case .import: "Import"
        case .transit: "Transit"
        case .temporaryStorage: "Temporär Lagerung"
        case .releaseForConsumption: "Fräigab fir de Konsum (AC4)"
        case .importControl: "Importkontrollsystem (ICS)"
        case .guaranteeManagement: "Nationaalt System fir d'Gestioun vun de Garantien"
        }
    }
}

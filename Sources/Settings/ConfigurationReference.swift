extension ConfigurationKey {
    /// The keys as a page of the manual: CommonMark with tables.
    public static func reference(of keys: [Self]) -> String {
        var text = """
            # The configuration, key by key

            Made from the keys that the programs know; `registrarctl config keys` shows the same. A key is \
            overridden by the variable that stands with it. Changes of keys marked ↻ are taken by SIGHUP \
            (`systemctl reload registrard`), those of the others by a restart.

            """
        var section = ""
        for key in keys {
            let name = String(key.path.prefix { $0 != "." })
            if name != section {
                section = name
                text += "\n## \(name)\n\n| key | values | default | |\n| --- | --- | --- | --- |\n"
            }
            text += "| `\(key.path)`\(key.isReloadable ? " ↻" : "") "
            text += "| \(cell(key.type)) | `\(cell(key.defaultText))` | \(cell(key.documentation))"
            if let name = key.environmentName { text += "<br>`\(name)`" }
            text += " |\n"
        }
        return text
    }

    /// A bar would end the cell.
    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}

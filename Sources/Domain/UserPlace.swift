/// Where a user stands downstream, as far as orders need it: the path of a SCIM `location`, which
/// is what follows the server's base.
///
/// The location itself says more (which server, by which base), and may be another one for the same
/// user tomorrow; two locations with one path are one user.
public struct UserPlace: Hashable, Sendable {
    /// Such as `/Users/2819c223`: visible ASCII alone, since it is a part of a URI.
    public let path: String

    /// From the last `/Users/` of the location on; nil where nothing that could be a path follows.
    public init?(location: String) {
        let users = Array("/Users/".utf8)
        // A location may be relative to the server's base.
        let bytes = Array("/".utf8) + location.utf8
        let start = bytes.indices.last { bytes[$0...].starts(with: users) }
        guard let start, start + users.count < bytes.count,
            bytes[start...].allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        path = String(decoding: bytes[start...], as: UTF8.self)
    }
}

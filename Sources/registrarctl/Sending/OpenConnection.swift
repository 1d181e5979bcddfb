import AMQP
import Broker

extension BrokerAccess {
    /// Runs `body` on a connection that is closed afterwards, whatever happens.
    func withConnection<Result>(
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await Connection.open(endpoint, options: options)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}

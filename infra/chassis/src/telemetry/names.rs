//! Names from OpenTelemetry's semantic conventions. The names of HTTP are stable, the names of RPC are a release
//! candidate, the names of messaging are in development. When a name changes, only this file changes.

/// The HTTP method, or `_OTHER`.
pub const HTTP_REQUEST_METHOD: &str = "http.request.method";
/// The route with the names of its parameters, such as `/v1/members/{user_id}`.
pub const HTTP_ROUTE: &str = "http.route";
/// The HTTP status code.
pub const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";
/// Seconds from the arrival of a request to the headers of its response.
pub const HTTP_SERVER_REQUEST_DURATION: &str = "http.server.request.duration";
/// The gRPC service and method.
pub const RPC_METHOD: &str = "rpc.method";
/// The gRPC status code.
pub const RPC_RESPONSE_STATUS_CODE: &str = "rpc.response.status_code";
/// Seconds of a gRPC call in the server.
pub const RPC_SERVER_CALL_DURATION: &str = "rpc.server.call.duration";
/// Seconds of a gRPC call in the client, until the headers of the response.
pub const RPC_CLIENT_CALL_DURATION: &str = "rpc.client.call.duration";
/// The topic without prefix.
pub const MESSAGING_DESTINATION_NAME: &str = "messaging.destination.name";
/// Seconds of handling one message.
pub const MESSAGING_PROCESS_DURATION: &str = "messaging.process.duration";
/// Seconds from a change to the commit of the effect of its event.
pub const MESSAGING_PROCESS_DELAY: &str = "messaging.process.delay";
/// Number of consumed messages.
pub const MESSAGING_CLIENT_CONSUMED_MESSAGES: &str = "messaging.client.consumed.messages";
/// Number of messages moved to a dead-letter topic.
pub const MESSAGING_CLIENT_DEAD_LETTERS: &str = "messaging.client.dead_letters";
/// Number of messages that could not be moved to a dead-letter topic.
pub const MESSAGING_CLIENT_DEAD_LETTERS_FAILED: &str = "messaging.client.dead_letters.failed";
/// Number of published messages.
pub const MESSAGING_CLIENT_SENT_MESSAGES: &str = "messaging.client.sent.messages";
/// Number of open connections of a pool.
pub const DB_CLIENT_CONNECTION_COUNT: &str = "db.client.connection.count";
/// Maximum number of connections of a pool.
pub const DB_CLIENT_CONNECTION_MAX: &str = "db.client.connection.max";
/// The pool: `app` or `worker`.
pub const DB_CLIENT_CONNECTION_POOL_NAME: &str = "db.client.connection.pool.name";
/// The state of connections: `idle` or `used`.
pub const DB_CLIENT_CONNECTION_STATE: &str = "db.client.connection.state";

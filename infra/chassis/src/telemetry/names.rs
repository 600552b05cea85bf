//! Names of attributes, by OpenTelemetry's semantic conventions. HTTP's are stable, RPC's a release candidate and
//! messaging's in development: when one changes, it changes here.

/// HTTP method.
pub const HTTP_REQUEST_METHOD: &str = "http.request.method";
/// Route as the router has it, with its parameters' names.
pub const HTTP_ROUTE: &str = "http.route";
/// HTTP status code.
pub const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";
/// Seconds from a request's arrival to its answer's head.
pub const HTTP_SERVER_REQUEST_DURATION: &str = "http.server.request.duration";
/// gRPC service and method.
pub const RPC_METHOD: &str = "rpc.method";
/// gRPC status code.
pub const RPC_RESPONSE_STATUS_CODE: &str = "rpc.response.status_code";
/// Seconds that a gRPC call took in the server.
pub const RPC_SERVER_CALL_DURATION: &str = "rpc.server.call.duration";
/// Topic.
pub const MESSAGING_DESTINATION_NAME: &str = "messaging.destination.name";
/// Seconds that handling one message took.
pub const MESSAGING_PROCESS_DURATION: &str = "messaging.process.duration";
/// Messages read.
pub const MESSAGING_CLIENT_CONSUMED_MESSAGES: &str = "messaging.client.consumed.messages";
/// Messages that were put away because they can't be handled.
pub const MESSAGING_CLIENT_DEAD_LETTERS: &str = "messaging.client.dead_letters";
/// Messages written.
pub const MESSAGING_CLIENT_SENT_MESSAGES: &str = "messaging.client.sent.messages";
/// Connections of a pool.
pub const DB_CLIENT_CONNECTION_COUNT: &str = "db.client.connection.count";
/// Most connections of a pool.
pub const DB_CLIENT_CONNECTION_MAX: &str = "db.client.connection.max";
/// Which pool.
pub const DB_CLIENT_CONNECTION_POOL_NAME: &str = "db.client.connection.pool.name";
/// `idle` or `used`.
pub const DB_CLIENT_CONNECTION_STATE: &str = "db.client.connection.state";

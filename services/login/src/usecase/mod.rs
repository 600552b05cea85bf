//! What login does, one verb a file. Each takes the [`App`](crate::app::App) and values of [`crate::domain`], and publishes
//! what it changed. Some take a transaction, so that a request can do more than one of them as one.

pub mod accept_invitation;
pub mod add_passkey;
pub mod authorize;
pub mod client_credentials;
pub mod end_session;
pub mod exchange_code;
pub mod find_client;
pub mod introspect;
pub mod invite;
pub mod issue_tokens;
pub mod recognise;
pub mod refresh;
pub mod register_client;
pub mod sign_in;
pub mod sign_in_by_passkey;
pub mod sign_up;
pub mod start_session;
pub mod sweep;

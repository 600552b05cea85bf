//! What login does, one verb a file. Each takes the [`App`](crate::app::App) and values of [`crate::domain`], and publishes
//! what it changed. Some take a transaction, so that a request can do more than one of them as one.

pub mod accept_invitation;
mod ask_for_mail;
pub mod authorize;
pub mod client_credentials;
pub mod end_all_sessions;
pub mod end_session;
pub mod exchange_code;
pub mod find_client;
pub mod introspect;
pub mod invite;
pub mod issue_tokens;
mod notice_device;
pub mod queue_mail;
pub mod read_mailbox;
pub mod recognise;
pub mod refresh;
pub mod register_client;
pub mod request_password_reset;
pub mod request_sign_up;
pub mod reset_password;
pub mod send_mail;
pub mod sign_in;
pub mod sign_up;
pub mod start_session;
pub mod sweep;
pub mod verify_sign_up;

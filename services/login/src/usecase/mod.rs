//! What login does, one verb a file. Each takes the [`App`](crate::app::App) and values of [`crate::domain`], and publishes
//! what it changed. Some take a transaction, so that a request can do more than one of them as one.

pub mod accept_invitation;
pub mod add_passkey;
pub mod authorize;
pub mod change_member;
pub mod change_profile;
pub mod change_tenant;
pub mod client_credentials;
pub mod confirm_password;
pub mod end_session;
pub mod end_sessions;
pub mod erase_person;
pub mod exchange_code;
pub mod find_client;
pub mod give_consent;
pub mod hold_to_plan;
pub mod introspect;
pub mod invite;
pub mod issue_tokens;
pub mod recognise;
pub mod refresh;
pub mod register_client;
pub mod remove_client;
pub mod renew_secret;
pub mod revoke_token;
pub mod rotate_keys;
pub mod sign_in;
pub mod sign_in_by_passkey;
pub mod sign_up;
pub mod start_session;
pub mod sweep;
pub mod withdraw_consent;
pub mod unlock;

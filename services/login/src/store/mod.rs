//! SQL: functions over a connection. They need a transaction with a tenant, except [`directory`], [`attempt`],
//! [`ceremony`], [`key`], [`mail_request`], [`pending_sign_up`] and [`revoked`], whose tables are read before the
//! tenant is known.

pub mod attempt;
pub mod ceremony;
pub mod client;
pub mod code;
pub mod consent;
pub mod credential;
pub mod directory;
pub mod invitation;
pub mod key;
pub mod known_device;
pub mod mail;
pub mod mail_request;
pub mod passkey;
pub mod password_reset;
pub mod pending_sign_up;
pub mod refresh;
pub mod revoked;
pub mod session;
pub mod sweep;
pub mod sweep_mail;
pub mod tenant;
pub mod usage;
pub mod user;

pub type Result<T> = std::result::Result<T, sqlx::Error>;

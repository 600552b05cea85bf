//! SQL, and nothing else: functions over a connection whose tenant is set, but for [`directory`], [`attempt`],
//! [`ceremony`], [`key`] and [`revoked`], whose tables are read before there is one.

pub mod attempt;
pub mod ceremony;
pub mod client;
pub mod code;
pub mod consent;
pub mod credential;
pub mod directory;
pub mod invitation;
pub mod key;
pub mod passkey;
pub mod refresh;
pub mod revoked;
pub mod session;
pub mod sweep;
pub mod tenant;
pub mod usage;
pub mod user;

/// What the store answers.
pub type Result<T> = std::result::Result<T, sqlx::Error>;

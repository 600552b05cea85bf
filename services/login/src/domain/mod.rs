//! The rules: pure values and functions, which know no store, no protocol and no clock.
//!
//! A value that came from outside is made by `parse`, whose error names the field it stood in; what has the type
//! therefore obeys the rule.

pub mod authorization_code;
pub mod calendar;
pub mod client;
pub mod consent;
pub mod credential;
pub mod device;
pub mod email;
pub mod invitation;
pub mod key_schedule;
pub mod known_device;
pub mod mail;
pub mod network;
pub mod oauth;
pub mod passkey;
pub mod password;
pub mod plan;
pub mod prompt;
pub mod redirect;
pub mod refresh;
pub mod registered_client;
pub mod resource;
pub mod scope;
pub mod session;
pub mod sign_up;
pub mod signing_key;
pub mod tenant;
pub mod text;
pub mod throttle;
pub mod user;

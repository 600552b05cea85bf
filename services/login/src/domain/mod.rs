//! Entities and rules: pure values and functions, without database, protocol or clock.
//!
//! `parse` validates a value from outside and names the field in its error. A value of such a type is therefore valid.

pub mod asked;
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
pub mod undone;
pub mod user;

//! Use cases: functions over the app and the values of a request.

pub mod access_token;
pub mod authenticate;
pub mod caller_page;
pub mod complete_sign_in;
pub mod devices;
pub mod erase_person;
pub mod erase_tenant;
pub mod page;
pub mod record_activity;
mod refresh;
pub mod sign_out;
pub mod statement;
pub mod sweep;
pub mod time_zone;
pub mod timeline;
pub mod update_preferences;

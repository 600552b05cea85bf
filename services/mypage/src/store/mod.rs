//! SQL only. The functions take a connection whose transaction has the tenant set (`Db::begin`), and row-level security
//! limits them to that tenant.

pub mod activity;
pub mod campaign;
pub mod ended_session;
pub mod person;
pub mod preferences;
pub mod profile;
pub mod tenant;
pub mod time_zone;
pub mod usage;
pub mod web_session;

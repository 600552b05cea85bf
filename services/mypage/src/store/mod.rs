//! SQL, and nothing else: functions over a connection whose transaction has the tenant set (`Db::begin`), so that
//! row-level security decides what a statement sees.

pub mod activity;
pub mod campaign;
pub mod ended_session;
pub mod person;
pub mod preferences;
pub mod profile;
pub mod tenant;
pub mod usage;
pub mod web_session;

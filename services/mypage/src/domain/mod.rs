//! Entities and rules, without database, network and clock.

pub mod activity;
pub mod campaign;
pub mod device;
pub mod identity;
pub mod interest;
pub mod month;
pub mod preferences;
pub mod profile;
pub mod source;
pub mod tenant;
pub mod time_zones;
pub mod usage;
pub mod web_session;

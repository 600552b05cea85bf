//! The rules of a person's page, without a database, a network or a clock.

pub mod activity;
pub mod identity;
pub mod interest;
pub mod month;
pub mod preferences;
pub mod profile;
pub mod tenant;
pub mod usage;

//! Entities and rules, without database, network and clock.

pub mod auction;
pub mod campaign;
pub mod candidate;
pub mod charge;
pub mod consented;
pub mod creative;
pub mod credit;
pub mod ctr;
pub mod day;
pub mod delivery;
pub mod interest;
pub mod ledger;
pub mod money;
pub mod overspend;
pub mod pacing;
pub mod preferences;
pub mod price;
pub mod reconcile;
pub mod refusal;
pub mod report;
pub mod seen;
pub mod serve;
pub mod tenant;
pub mod usage;
pub mod web_session;

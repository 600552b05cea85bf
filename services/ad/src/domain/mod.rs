//! The rules of advertising, without a database, a network or a clock: the time is an argument.

pub mod auction;
pub mod campaign;
pub mod charge;
pub mod day;
pub mod delivery;
pub mod interest;
pub mod money;
pub mod preferences;
pub mod serve;
pub mod tenant;

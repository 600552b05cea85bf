//! The rules of advertising, pure: no database, no network, no clock. Time comes in as an argument.

pub mod auction;
pub mod campaign;
pub mod day;
pub mod interest;
pub mod money;
pub mod serve;
pub mod terms;

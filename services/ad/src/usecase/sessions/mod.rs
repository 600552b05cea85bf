//! Browser sessions of advertisers.

pub mod authenticate;
pub mod complete_sign_in;
pub mod end_session;
pub mod sign_out;

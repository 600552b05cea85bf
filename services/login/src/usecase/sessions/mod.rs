//! Sessions: start, authentication by cookie, end.

pub mod authenticate;
pub mod end_session;
mod notify_new_device;
pub mod start_session;

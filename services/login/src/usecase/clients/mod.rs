//! The clients that a tenant registers.

pub mod find_client;
pub mod register_client;
pub mod remove_client;
pub mod renew_secret;

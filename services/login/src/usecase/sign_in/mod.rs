//! Sign-in by password: throttling, confirmation, and password resets.

mod attempt;
pub mod confirm_password;
pub mod find_return_to;
pub mod request_password_reset;
pub mod reset_password;
pub mod sign_in_by_password;
mod undo_sessions;
pub mod unlock;

//! Tenants: sign-up, status and plan.

pub mod change_tenant;
pub mod request_sign_up;
pub mod sign_up;
pub mod verify_sign_up;

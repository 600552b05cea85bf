//! Fakes of the other products.

pub(crate) mod ad;
pub(crate) mod login;

pub(crate) use support::oidc;

//! Fakes of the other products.

pub(crate) mod ad;
pub(crate) mod login;
pub(crate) mod oidc;

//! The other products, as far as mypage sees them.

pub(crate) mod ad;
pub(crate) mod login;
pub(crate) mod oidc;

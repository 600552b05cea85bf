//! The claims of the access tokens that login issues.

use chassis::auth::claims::AccessClaims;
use serde::{Deserialize, Serialize};

use crate::domain::refresh::FamilyId;

/// The claims that every API knows, and the grant, which only login reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IssuedClaims {
    #[serde(flatten)]
    pub access: AccessClaims,
    /// The refresh tokens of the same grant: the access token ends with them. `None` for a client's own token, and for
    /// a token of an older release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<FamilyId>,
}

//! What stands in an access token. login writes it, everyone reads it.

use serde::{Deserialize, Deserializer, Serialize};

use super::Role;
use crate::{
    config::PublicUrl,
    id::{SessionId, TenantId},
};

/// `typ` of an access token's header (RFC 9068): an ID token has another, and opens nothing.
pub const TYPE: &str = "at+jwt";

/// Claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The issuer: login's public address.
    pub iss: String,
    /// The user's id; a service's client id.
    pub sub: String,
    /// Whom it opens: [`audience`].
    pub aud: String,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// The token's own id.
    pub jti: String,
    /// The client it was made for.
    pub client_id: String,
    /// What the client may do, separated by spaces.
    #[serde(default)]
    pub scope: String,
    /// The tenant of the person, or of the client that a tenant registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// The person's session; nothing for a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// What the person may do in the tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "known")]
    pub roles: Vec<Role>,
}

/// `aud` of the access tokens of this issuer.
pub fn audience(issuer: &PublicUrl) -> String {
    issuer.join("/api")
}

/// Leaves out roles that a newer login may know.
fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Role>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Maybe {
        Known(Role),
        Unknown(serde::de::IgnoredAny),
    }
    let roles = Vec::<Maybe>::deserialize(deserializer)?;
    Ok(roles.into_iter().filter_map(|role| if let Maybe::Known(role) = role { Some(role) } else { None }).collect())
}

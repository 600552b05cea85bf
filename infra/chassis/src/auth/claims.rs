//! The claims of an access token (RFC 9068). login issues it, every product verifies it.

use serde::{Deserialize, Deserializer, Serialize};

use super::Role;
use crate::{
    config::PublicUrl,
    id::{SessionId, TenantId},
};

/// `typ` in the header of an access token (RFC 9068, section 2.1). It distinguishes an access token from an ID token.
pub const TYPE: &str = "at+jwt";

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The issuer: login's public URL.
    pub iss: String,
    /// The id of the user, or the client id of a service.
    pub sub: String,
    /// The audience: see [`audience`].
    pub aud: String,
    /// The expiry, in seconds since 1970-01-01 UTC.
    pub exp: i64,
    /// The time of issue, in seconds since 1970-01-01 UTC.
    pub iat: i64,
    /// The id of the token.
    pub jti: String,
    /// The client that the token was issued to.
    pub client_id: String,
    /// The scopes granted to the client, separated by spaces.
    #[serde(default)]
    pub scope: String,
    /// The tenant of the person, or the tenant that registered the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// The session of the person; `None` for a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// The roles of the person in the tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "known_roles")]
    pub roles: Vec<Role>,
}

/// The `aud` of the access tokens of this issuer.
pub fn audience(issuer: &PublicUrl) -> String {
    issuer.join("/api")
}

/// Ignores unknown roles, which a newer version of login may send.
fn known_roles<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Role>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Maybe {
        Known(Role),
        Unknown(serde::de::IgnoredAny),
    }
    let roles = Vec::<Maybe>::deserialize(deserializer)?;
    Ok(roles.into_iter().filter_map(|role| if let Maybe::Known(role) = role { Some(role) } else { None }).collect())
}

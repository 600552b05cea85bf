//! Verifies ID tokens: OpenID Connect Core 3.1.3.7, for one pinned algorithm.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use contracts::read;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::domain::identity::Identity;

/// The algorithm of the ID tokens of this client.
pub const ALGORITHM: Algorithm = Algorithm::RS256;

/// The expected values of the claims.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// The nonce of the authorization request.
    pub nonce: &'a str,
    pub now: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidIdToken {
    #[error("invalid ID token: {0}")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// The key is not even among the keys that were just fetched.
    #[error("the ID token is signed with a key that login does not publish")]
    UnknownKey,
    #[error("the ID token has expired")]
    Expired,
    #[error("the nonce of the ID token differs from that of the request")]
    Nonce,
}

#[derive(Deserialize)]
struct Claims {
    sub: UserId,
    exp: i64,
    nonce: Option<String>,
    azp: Option<String>,
    sid: SessionId,
    tenant_id: TenantId,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    locale: String,
    #[serde(default)]
    tenant_name: String,
    #[serde(default)]
    roles: Vec<String>,
}

pub fn key_id(token: &str) -> Result<String, InvalidIdToken> {
    jsonwebtoken::decode_header(token)?.kid.ok_or(InvalidIdToken::UnknownKey)
}

/// Verifies the token and returns its claims.
pub fn verify(token: &str, key: &DecodingKey, expected: &Expected<'_>) -> Result<Identity, InvalidIdToken> {
    let mut validation = Validation::new(ALGORITHM);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // jsonwebtoken reads the system clock; the expiry is checked below with the app's clock.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, key, &validation)?.claims;
    if claims.exp <= expected.now.timestamp() {
        return Err(InvalidIdToken::Expired);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(InvalidIdToken::Nonce);
    }
    if claims.azp.is_some_and(|azp| azp != expected.client_id) {
        return Err(jsonwebtoken::errors::ErrorKind::InvalidAudience.into());
    }
    Ok(Identity {
        user_id: claims.sub,
        tenant_id: claims.tenant_id,
        session_id: claims.sid,
        name: read::text(&claims.name),
        email: read::text(&claims.email),
        locale: read::code(&claims.locale, ""),
        tenant_name: read::text(&claims.tenant_name),
        admin: claims.roles.iter().any(|role| role == "admin"),
    })
}

impl From<jsonwebtoken::errors::ErrorKind> for InvalidIdToken {
    fn from(kind: jsonwebtoken::errors::ErrorKind) -> Self {
        Self::Token(kind.into())
    }
}

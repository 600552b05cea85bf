//! Verifies ID tokens: OpenID Connect Core 3.1.3.7, for one pinned algorithm.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::id::{SessionId, TenantId, UserId};

/// The algorithm of login's ID tokens.
pub(super) const ALGORITHM: Algorithm = Algorithm::RS256;

/// The expected values of the claims.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    /// The nonce of the authorization request.
    pub(super) nonce: &'a str,
    pub(super) now: DateTime<Utc>,
}

/// An ID token was refused.
#[derive(Debug, thiserror::Error)]
pub enum InvalidIdToken {
    /// The signature, the format or a claim is wrong.
    #[error("invalid ID token: {0}")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// The key is not even among the keys that were just fetched.
    #[error("the ID token is signed with a key that login does not publish")]
    UnknownKey,
    /// The token has expired.
    #[error("the ID token has expired")]
    Expired,
    /// The token belongs to another sign-in.
    #[error("the nonce of the ID token differs from that of the request")]
    Nonce,
}

/// The claims of a verified ID token. Texts are as login sent them: a product bounds what it shows.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    /// The person.
    #[serde(rename = "sub")]
    pub user_id: UserId,
    /// The tenant of the person.
    pub tenant_id: TenantId,
    /// The session at login.
    #[serde(rename = "sid")]
    pub session_id: SessionId,
    /// The e-mail address.
    #[serde(default)]
    pub email: String,
    /// The name for display.
    #[serde(default)]
    pub name: String,
    /// The language of the person, as a BCP 47 tag.
    #[serde(default)]
    pub locale: String,
    /// The name of the tenant.
    #[serde(default)]
    pub tenant_name: String,
    /// The roles in the tenant.
    #[serde(default)]
    pub roles: Vec<String>,
    exp: i64,
    nonce: Option<String>,
    azp: Option<String>,
}

impl Claims {
    /// Whether the person is an admin of the tenant.
    pub fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}

pub(super) fn key_id(token: &str) -> Result<String, InvalidIdToken> {
    jsonwebtoken::decode_header(token)?.kid.ok_or(InvalidIdToken::UnknownKey)
}

/// Verifies the token and returns its claims.
pub(super) fn verify(token: &str, key: &DecodingKey, expected: &Expected<'_>) -> Result<Claims, InvalidIdToken> {
    let mut validation = Validation::new(ALGORITHM);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // jsonwebtoken reads the system clock; the expiry is checked below with the product's clock.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, key, &validation)?.claims;
    if claims.exp <= expected.now.timestamp() {
        return Err(InvalidIdToken::Expired);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(InvalidIdToken::Nonce);
    }
    if claims.azp.as_ref().is_some_and(|azp| azp != expected.client_id) {
        return Err(jsonwebtoken::errors::ErrorKind::InvalidAudience.into());
    }
    Ok(claims)
}

impl From<jsonwebtoken::errors::ErrorKind> for InvalidIdToken {
    fn from(kind: jsonwebtoken::errors::ErrorKind) -> Self {
        Self::Token(kind.into())
    }
}

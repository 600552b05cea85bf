//! ID tokens: OpenID Connect Core 3.1.3.7, with the algorithm pinned.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::domain::identity::Identity;

/// The algorithm that login signs mypage's ID tokens with.
pub const ALGORITHM: Algorithm = Algorithm::RS256;

/// What an ID token must say to be believed.
pub struct Expected<'a> {
    /// login's public address.
    pub issuer: &'a str,
    /// mypage's name as a client.
    pub client_id: &'a str,
    /// What was sent with the request.
    pub nonce: &'a str,
    /// When it is.
    pub now: DateTime<Utc>,
}

/// Why an ID token is not believed.
#[derive(Debug, thiserror::Error)]
pub enum InvalidIdToken {
    /// Signature, algorithm, issuer or audience.
    #[error("the ID token is not good: {0}")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// No key of that id, even among keys just fetched.
    #[error("the ID token is signed with an unknown key")]
    UnknownKey,
    /// It is over.
    #[error("the ID token has expired")]
    Expired,
    /// It answers another request.
    #[error("the ID token has another nonce")]
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

/// The id of the key that signed the token.
pub fn key_id(token: &str) -> Result<String, InvalidIdToken> {
    jsonwebtoken::decode_header(token)?.kid.ok_or(InvalidIdToken::UnknownKey)
}

/// Who signed in, if the token is good.
pub fn verify(token: &str, key: &DecodingKey, expected: &Expected<'_>) -> Result<Identity, InvalidIdToken> {
    let mut validation = Validation::new(ALGORITHM);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // The time comes from our own clock, below.
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
        name: claims.name,
        email: claims.email,
        locale: claims.locale,
        tenant_name: claims.tenant_name,
        admin: claims.roles.iter().any(|role| role == "admin"),
    })
}

impl From<jsonwebtoken::errors::ErrorKind> for InvalidIdToken {
    fn from(kind: jsonwebtoken::errors::ErrorKind) -> Self {
        Self::Token(kind.into())
    }
}

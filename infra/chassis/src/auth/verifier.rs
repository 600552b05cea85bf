use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Validation};
use secrecy::SecretString;

use super::{
    AuthError, Caller, Person, Service,
    claims::{AccessClaims, TYPE, audience},
    instant,
    keys::KeyRing,
};
use crate::{
    clock::Clock,
    config::{Issuer, PublicUrl},
    id::UserId,
    secret,
};

/// Maximum number of cached tokens: about 10 MB.
const CACHE_CAPACITY: u64 = 20_000;
/// Longer than the lifetime of an access token.
const CACHE_LIFETIME: Duration = Duration::from_secs(600);
/// In bytes. Access tokens of login have about 700.
const MAX_TOKEN_LENGTH: usize = 8 * 1024;

/// Verifies access tokens. A valid token is cached by its hash until it expires. Clones share the cache.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    issuer: String,
    audience: String,
    keys: KeyRing,
    clock: Clock,
    verified: moka::sync::Cache<[u8; 32], Arc<Verified>>,
}

struct Verified {
    caller: Caller,
    expires: DateTime<Utc>,
}

impl Verifier {
    /// Creates a verifier that fetches the issuer's keys when it verifies the first token.
    pub fn new(issuer: &Issuer, clock: Clock) -> Self {
        Self::with_keys(&issuer.login_public_url, KeyRing::remote(issuer), clock)
    }

    /// Creates a verifier with other keys. login uses its own keys without a fetch.
    pub fn with_keys(issuer: &PublicUrl, keys: KeyRing, clock: Clock) -> Self {
        let verified = moka::sync::Cache::builder().max_capacity(CACHE_CAPACITY).time_to_live(CACHE_LIFETIME).build();
        Self(Arc::new(Inner { issuer: issuer.to_string(), audience: audience(issuer), keys, clock, verified }))
    }

    /// Verifies an access token and returns its caller.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] for another kind of token, a wrong signature, issuer or audience, or an expired token;
    /// [`AuthError::Unavailable`] when the issuer's keys cannot be fetched.
    pub async fn verify(&self, token: &str) -> Result<Caller, AuthError> {
        let hash = secret::hash(token);
        if let Some(verified) = self.0.verified.get(&hash) {
            if self.0.clock.now() < verified.expires {
                return Ok(verified.caller.clone());
            }
            self.0.verified.invalidate(&hash);
            return Err(AuthError::Invalid("expired"));
        }
        let claims = self.claims(token).await?;
        let expires = instant(claims.exp);
        let caller = caller(claims, token)?;
        self.0.verified.insert(hash, Arc::new(Verified { caller: caller.clone(), expires }));
        Ok(caller)
    }

    async fn claims(&self, token: &str) -> Result<AccessClaims, AuthError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(AuthError::Invalid("too long"));
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| AuthError::Invalid("not a JWT"))?;
        let kind = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
        if kind.strip_prefix("application/").unwrap_or(&kind) != TYPE {
            return Err(AuthError::Invalid("not an access token"));
        }
        if header.alg != Algorithm::ES256 || header.crit.is_some() {
            return Err(AuthError::Invalid("not signed with ES256"));
        }
        let key = self.0.keys.find(&header.kid.ok_or(AuthError::Invalid("names no key"))?, Algorithm::ES256).await?;
        let claims = jsonwebtoken::decode::<AccessClaims>(token, &key, &signature_only())
            .map_err(|_| AuthError::Invalid("wrong signature or claims"))?
            .claims;
        if claims.iss != self.0.issuer {
            return Err(AuthError::Invalid("from another issuer"));
        }
        if claims.aud != self.0.audience {
            return Err(AuthError::Invalid("for another audience"));
        }
        if instant(claims.exp) <= self.0.clock.now() {
            return Err(AuthError::Invalid("expired"));
        }
        Ok(claims)
    }
}

/// Validates only the signature. The claims are validated above, with the injected clock.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn caller(claims: AccessClaims, token: &str) -> Result<Caller, AuthError> {
    let AccessClaims { sub, client_id, scope, tenant_id, sid, roles, .. } = claims;
    match (tenant_id, sid) {
        (Some(tenant_id), Some(session_id)) => {
            let user_id: UserId = sub.parse().map_err(|_| AuthError::Invalid("names no user"))?;
            let token = SecretString::from(token);
            Ok(Caller::Person(Person { user_id, tenant_id, session_id, roles, scope, client_id, token }))
        }
        (tenant_id, None) if sub == client_id => Ok(Caller::Service(Service { client_id, tenant_id, scope })),
        _ => Err(AuthError::Invalid("neither a person's nor a service's")),
    }
}

//! OAuth clients: they act for a person who signs in, or for themselves.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{id::TenantId, secret};

/// A client, first-party or a tenant's.
#[derive(Debug, Clone)]
pub struct Client {
    pub client_id: String,
    /// `None` for a first-party client.
    pub tenant_id: Option<TenantId>,
    pub client_name: String,
    /// SHA-256 of the secret; `None` for a public client.
    pub secret_hash: Option<Vec<u8>>,
    /// SHA-256 of the previous secret, while it is still valid.
    pub previous_secret_hash: Option<Vec<u8>>,
    /// `None` accepts the secret in the header or in the body.
    pub auth_method: Option<AuthMethod>,
    pub id_token_alg: IdTokenAlg,
    /// Audiences that the client may request besides the issuer's own API.
    pub resources: Vec<String>,
    pub grant_types: Vec<GrantType>,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    /// Space-separated scopes that the client may have.
    pub scope: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    AuthorizationCode,
    RefreshToken,
    ClientCredentials,
}

impl GrantType {
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// The name in requests (RFC 6749).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == name)
    }
}

/// Client authentication at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// A public client: it has no secret.
    None,
    /// Secret in the `Authorization` header.
    Basic,
    /// Secret in the body.
    Post,
}

impl AuthMethod {
    pub const ALL: [Self; 3] = [Self::None, Self::Basic, Self::Post];

    /// The name in client metadata (RFC 7591).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// Signature algorithm of a client's ID tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdTokenAlg {
    /// Every client must support it (OpenID Connect Core §15.1).
    #[default]
    Rs256,
    /// Shorter, and faster to sign.
    Es256,
}

impl IdTokenAlg {
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// The name in client metadata.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name)
    }
}

impl Client {
    /// Whether the client needs a person's consent: a tenant's client does, a first-party client does not.
    pub fn is_third_party(&self) -> bool {
        self.tenant_id.is_some()
    }

    pub fn may(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether `shown` is the client's current or previous secret. A public client must send no secret.
    pub fn is_proved_by(&self, shown: Option<&str>) -> bool {
        let Some(shown) = shown else { return self.secret_hash.is_none() };
        let shown = secret::hash(shown);
        let known = self.secret_hash.iter().chain(&self.previous_secret_hash);
        known.fold(false, |proved, hash| proved | secret::constant_time_eq(hash, &shown))
    }
}

/// Whether the PKCE `challenge` was made from `verifier` (RFC 7636, S256).
pub fn pkce_matches(challenge: &str, verifier: &str) -> bool {
    let made = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(verifier));
    is_pkce_verifier(verifier) && secret::constant_time_eq(made.as_bytes(), challenge.as_bytes())
}

/// Whether the text has the form of a PKCE challenge: SHA-256 in base64url.
pub fn is_pkce_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn is_pkce_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pkce_follows_the_example_of_its_rfc() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_pkce_challenge(challenge));
        assert!(pkce_matches(challenge, verifier));
        assert!(!pkce_matches(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX"));
        assert!(!pkce_matches(verifier, verifier), "plain is refused");
    }
}

//! Clients: programs that people sign in to, or that act for themselves.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{id::TenantId, secret};

/// A client, first-party or a tenant's.
#[derive(Debug, Clone)]
pub struct Client {
    /// How it names itself.
    pub client_id: String,
    /// The tenant that registered it; nothing for a first-party client.
    pub tenant_id: Option<TenantId>,
    /// What people call it.
    pub client_name: String,
    /// SHA-256 of its secret; nothing for a public client.
    pub secret_hash: Option<Vec<u8>>,
    /// SHA-256 of the secret before, while it is still good.
    pub previous_secret_hash: Option<Vec<u8>>,
    /// How it shows its secret; nothing when either way will do.
    pub auth_method: Option<AuthMethod>,
    /// What its ID tokens are signed with.
    pub id_token_alg: IdTokenAlg,
    /// Audiences it may ask for, beside the issuer's own API.
    pub resources: Vec<String>,
    /// How it may get tokens.
    pub grant_types: Vec<GrantType>,
    /// Where people may be sent back to with a code.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes it may have.
    pub scope: String,
}

/// How a client gets tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// A person signs in.
    AuthorizationCode,
    /// The client goes on from an earlier sign-in.
    RefreshToken,
    /// The client acts for itself.
    ClientCredentials,
}

impl GrantType {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// Its name in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// The grant of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == name)
    }
}

/// How a client proves itself at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// It has no secret.
    None,
    /// Its secret stands in `Authorization`.
    Basic,
    /// Its secret stands in the body.
    Post,
}

impl AuthMethod {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::None, Self::Basic, Self::Post];

    /// The name in metadata.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }

    /// The method of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// What a client's ID tokens are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdTokenAlg {
    /// What each client must be able to check (OpenID Connect Core §15.1).
    #[default]
    Rs256,
    /// Shorter, and faster to make.
    Es256,
}

impl IdTokenAlg {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// The name in metadata.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    /// The algorithm of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name)
    }
}

impl Client {
    /// Whether people are asked before it learns of them: those that a company registered are not the products' own.
    pub fn is_third_party(&self) -> bool {
        self.tenant_id.is_some()
    }

    /// Whether it may get tokens this way.
    pub fn may(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether it is who it says it is. A public client has no secret, and must show none.
    pub fn is_proved_by(&self, shown: Option<&str>) -> bool {
        let Some(shown) = shown else { return self.secret_hash.is_none() };
        let shown = secret::hash(shown);
        let known = self.secret_hash.iter().chain(&self.previous_secret_hash);
        known.fold(false, |proved, hash| proved | secret::constant_time_eq(hash, &shown))
    }
}

/// Whether `verifier` is what `challenge` was made from (RFC 7636, S256).
pub fn pkce_matches(challenge: &str, verifier: &str) -> bool {
    let made = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(verifier));
    is_pkce_verifier(verifier) && secret::constant_time_eq(made.as_bytes(), challenge.as_bytes())
}

/// Whether it can be a challenge: SHA-256 in base64url.
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

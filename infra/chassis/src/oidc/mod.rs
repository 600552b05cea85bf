//! The OpenID Connect client of a product, for the sign-in of its pages at login.
//!
//! Browsers use login's public URL, calls of the process its back channel. The endpoints are login's own: `/authorize`,
//! `/token`, `/logout` and the keys of [`KeyRing::remote`]. [`crate::sign_in`] uses this client: a product calls it only to
//! refresh tokens and to sign out.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::form_urlencoded::{Serializer, byte_serialize};

use self::id_token::Expected;
pub use self::id_token::{Claims, InvalidIdToken};
use crate::{
    auth::{KeyError, KeyRing},
    clock::Clock,
    config::{Issuer, PublicUrl},
    error,
};

mod id_token;

/// The longest ID token in a URL. A proxy refuses URLs and headers of more than 8 KiB.
const MAX_HINT: usize = 4096;

const TIMEOUT: Duration = Duration::from_secs(5);

/// A product as a client of login.
#[derive(Clone, Debug)]
pub struct Client {
    /// The product's URL. `/auth/callback` below it receives the response of login, `/` the browser after a sign-out.
    pub public_url: PublicUrl,
    /// The id at login.
    pub client_id: String,
    /// The secret at login.
    pub client_secret: SecretString,
    /// The scopes to request, separated by spaces: `openid profile email`. `offline_access api` adds tokens for calls on
    /// behalf of the person.
    pub scope: &'static str,
}

/// The calls and addresses of the protocol. Clones share the connections and the keys.
#[derive(Clone)]
pub struct Oidc {
    http: reqwest::Client,
    issuer: PublicUrl,
    token_endpoint: String,
    client: Client,
    keys: KeyRing,
    clock: Clock,
}

/// A successful token response.
#[derive(Debug)]
pub struct Granted {
    /// The token for calls on behalf of the person.
    pub access_token: String,
    /// The token that gets the next access token. Missing without the scope `offline_access`.
    pub refresh_token: Option<String>,
    /// Usually missing after a refresh: the previous one stays valid.
    pub id_token: Option<String>,
    /// The end of the access token.
    pub access_expires_at: DateTime<Utc>,
}

/// A completed sign-in.
#[derive(Debug)]
pub struct Exchanged {
    /// The token response.
    pub granted: Granted,
    /// The verified ID token, as the hint of a later sign-out: see [`Oidc::logout_url`].
    pub id_token: String,
    /// The claims of the ID token.
    pub claims: Claims,
}

/// A token request failed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// An error code of RFC 6749.
    #[error("login refused the token request: {0}")]
    Refused(String),
    /// login did not answer, or answered with an unexpected status or body.
    #[error("login is unavailable: {0}")]
    Unavailable(String),
    /// The ID token is not one of this sign-in.
    #[error(transparent)]
    IdToken(#[from] InvalidIdToken),
}

/// Values that bind login's response to the request of this browser.
pub struct Challenge<'a> {
    /// Returned in the response.
    pub state: &'a str,
    /// Returned in the ID token.
    pub nonce: &'a str,
    /// SHA-256 of the code verifier (RFC 7636).
    pub code_challenge: &'a str,
    /// The language of login's pages.
    pub locale: &'a str,
}

#[derive(Deserialize)]
struct TokenResponse {
    access_token: String,
    expires_in: i64,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct ErrorResponse {
    error: String,
}

impl Oidc {
    /// Creates the client without connecting to login.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(issuer: &Issuer, client: Client, clock: Clock) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(1))
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        // Without TLS no certificate authorities are needed: the process then starts on a machine that has none.
        let http = if issuer.backchannel().is_https() { http } else { http.tls_certs_only([]) };
        let http = http.build()?;
        Ok(Self {
            http,
            issuer: issuer.login_public_url.clone(),
            token_endpoint: issuer.backchannel().join("/token"),
            client,
            keys: KeyRing::remote(issuer),
            clock,
        })
    }

    /// The expected value of `iss`.
    pub fn issuer(&self) -> &PublicUrl {
        &self.issuer
    }

    /// The URL of login that a browser signs in at.
    pub fn authorize_url(&self, challenge: &Challenge<'_>) -> String {
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.client_id)
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("scope", self.client.scope)
            .append_pair("state", challenge.state)
            .append_pair("nonce", challenge.nonce)
            .append_pair("code_challenge", challenge.code_challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", challenge.locale)
            .finish();
        self.issuer.join(&format!("/authorize?{query}"))
    }

    /// The URL that ends the session at login. Without a hint, for example because the ID token is too long for a URL,
    /// login asks the person.
    pub fn logout_url(&self, id_token: &str) -> String {
        let hint = Some(id_token).filter(|token| token.len() <= MAX_HINT);
        let query = Serializer::new(String::new())
            .extend_pairs(hint.map(|token| ("id_token_hint", token)))
            .append_pair("client_id", &self.client.client_id)
            .append_pair("post_logout_redirect_uri", &self.client.public_url.join("/"))
            .finish();
        self.issuer.join(&format!("/logout?{query}"))
    }

    /// Exchanges an authorization code and verifies the ID token.
    ///
    /// # Errors
    /// When login refuses the code or is unavailable, or for an ID token that is not one of this sign-in.
    pub async fn exchange(&self, code: &str, verifier: &str, nonce: &str) -> Result<Exchanged, TokenError> {
        let granted = self
            .token(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &self.redirect_uri()),
                ("code_verifier", verifier),
            ])
            .await?;
        let id_token = granted
            .id_token
            .clone()
            .ok_or_else(|| TokenError::Unavailable("the token response has no ID token".into()))?;
        let claims = self.verify(&id_token, nonce).await?;
        Ok(Exchanged { granted, id_token, claims })
    }

    /// Exchanges a refresh token, which login then invalidates.
    ///
    /// # Errors
    /// When login refuses the token or is unavailable.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Granted, TokenError> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    async fn token(&self, form: &[(&str, &str)]) -> Result<Granted, TokenError> {
        let now = self.clock.now();
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let response = self
            .http
            .post(&self.token_endpoint)
            .basic_auth(encode(&self.client.client_id), Some(encode(self.client.client_secret.expose_secret())))
            .form(form)
            .send()
            .await
            .map_err(unavailable)?;
        match response.status() {
            StatusCode::OK => {}
            status @ (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED) => {
                let refusal = response.json::<ErrorResponse>().await;
                return Err(TokenError::Refused(refusal.map_or_else(|_| status.to_string(), |body| body.error)));
            }
            status => return Err(TokenError::Unavailable(status.to_string())),
        }
        let TokenResponse { access_token, expires_in, refresh_token, id_token } =
            response.json().await.map_err(unavailable)?;
        let access_expires_at = now + chrono::Duration::seconds(expires_in.clamp(0, 86_400));
        Ok(Granted { access_token, refresh_token, id_token, access_expires_at })
    }

    async fn verify(&self, token: &str, nonce: &str) -> Result<Claims, TokenError> {
        let kid = id_token::key_id(token)?;
        let key = self.keys.find(&kid, id_token::ALGORITHM).await.map_err(|error| match error {
            KeyError::Unknown => TokenError::IdToken(InvalidIdToken::UnknownKey),
            KeyError::Unavailable(why) => TokenError::Unavailable(why),
        })?;
        let expected =
            Expected { issuer: self.issuer.as_str(), client_id: &self.client.client_id, nonce, now: self.clock.now() };
        Ok(id_token::verify(token, &key, &expected)?)
    }

    fn redirect_uri(&self) -> String {
        self.client.public_url.join("/auth/callback")
    }
}

fn unavailable(error: reqwest::Error) -> TokenError {
    // Omits the URL, which is configuration, and adds the error's innermost cause.
    TokenError::Unavailable(error::chain(&error.without_url()))
}

//! mypage as an ordinary OpenID Connect client of login. Browsers go to the issuer's public address, calls to the back channel.

use std::time::Duration;

use chassis::{
    auth::{KeyError, KeyRing},
    clock::Clock,
    config::PublicUrl,
};
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::{
    id_token::{self, Expected, InvalidIdToken},
    tokens::Tokens,
};
use crate::{config::Config, domain::identity::Identity};

/// What mypage asks for.
const SCOPE: &str = "openid profile email offline_access api";

/// How long a call to login may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The client.
#[derive(Clone)]
pub struct Oidc {
    http: reqwest::Client,
    issuer: PublicUrl,
    token_endpoint: String,
    public_url: PublicUrl,
    client_id: String,
    client_secret: SecretString,
    keys: KeyRing,
    clock: Clock,
}

/// What the token endpoint gave.
#[derive(Debug)]
pub struct Granted {
    /// The tokens; without a new ID token, the one from before goes on.
    pub access_token: String,
    /// For the next access token.
    pub refresh_token: Option<String>,
    /// Who signed in.
    pub id_token: Option<String>,
    /// When the access token ends.
    pub access_expires_at: DateTime<Utc>,
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// login said no, with an error code of RFC 6749.
    #[error("login refused: {0}")]
    Refused(String),
    /// login can't be reached, or makes no sense.
    #[error("login can't be reached: {0}")]
    Unavailable(String),
    /// The ID token is not to be believed.
    #[error(transparent)]
    IdToken(#[from] InvalidIdToken),
}

/// What ties the answer of login to the request of this browser.
pub struct Challenge<'a> {
    /// Comes back with the answer.
    pub state: &'a str,
    /// Comes back in the ID token.
    pub nonce: &'a str,
    /// Proof of who began, as its SHA-256 (RFC 7636).
    pub code_challenge: &'a str,
    /// The language the browser is in.
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
    /// The client that the configuration describes.
    pub fn new(config: &Config, clock: Clock) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(1))
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        // Without TLS there is nothing to check: the process then starts on a machine without certificate authorities.
        let http = if config.issuer.backchannel().is_https() { http } else { http.tls_certs_only([]) };
        let http = http.build()?;
        Ok(Self {
            http,
            issuer: config.issuer.login_public_url.clone(),
            token_endpoint: config.issuer.backchannel().join("/token"),
            public_url: config.client.mypage_public_url.clone(),
            client_id: config.client.mypage_client_id.clone(),
            client_secret: config.client.mypage_client_secret.clone(),
            keys: KeyRing::remote(&config.issuer),
            clock,
        })
    }

    /// login's public address, which `iss` is compared with.
    pub fn issuer(&self) -> &PublicUrl {
        &self.issuer
    }

    /// Where a browser goes to sign in.
    pub fn authorize_url(&self, challenge: &Challenge<'_>) -> String {
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("scope", SCOPE)
            .append_pair("state", challenge.state)
            .append_pair("nonce", challenge.nonce)
            .append_pair("code_challenge", challenge.code_challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", challenge.locale)
            .finish();
        self.issuer.join(&format!("/authorize?{query}"))
    }

    /// Where a browser goes to sign out of login as well.
    pub fn logout_url(&self, id_token: &str) -> String {
        let query = Serializer::new(String::new())
            .append_pair("id_token_hint", id_token)
            .append_pair("client_id", &self.client_id)
            .append_pair("post_logout_redirect_uri", &self.public_url.join("/"))
            .finish();
        self.issuer.join(&format!("/logout?{query}"))
    }

    /// Exchanges a code, and says who signed in.
    pub async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
    ) -> Result<(Granted, Tokens, Identity), TokenError> {
        let granted = self
            .token(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &self.redirect_uri()),
                ("code_verifier", verifier),
            ])
            .await?;
        let id_token = granted.id_token.clone().ok_or_else(|| TokenError::Unavailable("no ID token".into()))?;
        let identity = self.identify(&id_token, nonce).await?;
        let tokens = Tokens {
            access_token: granted.access_token.clone(),
            refresh_token: granted.refresh_token.clone(),
            id_token,
        };
        Ok((granted, tokens, identity))
    }

    /// Fresh tokens for a refresh token, which is used up by it.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Granted, TokenError> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    async fn token(&self, form: &[(&str, &str)]) -> Result<Granted, TokenError> {
        let now = self.clock.now();
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let response = self
            .http
            .post(&self.token_endpoint)
            .basic_auth(encode(&self.client_id), Some(encode(self.client_secret.expose_secret())))
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

    async fn identify(&self, token: &str, nonce: &str) -> Result<Identity, TokenError> {
        let kid = id_token::key_id(token)?;
        let key = self.keys.find(&kid, id_token::ALGORITHM).await.map_err(|error| match error {
            KeyError::Unknown => TokenError::IdToken(InvalidIdToken::UnknownKey),
            KeyError::Unavailable(why) => TokenError::Unavailable(why),
        })?;
        let expected =
            Expected { issuer: self.issuer.as_str(), client_id: &self.client_id, nonce, now: self.clock.now() };
        Ok(id_token::verify(token, &key, &expected)?)
    }

    fn redirect_uri(&self) -> String {
        self.public_url.join("/auth/callback")
    }
}

fn unavailable(error: reqwest::Error) -> TokenError {
    // The address is configuration, not news; and what went wrong is the error's innermost cause.
    TokenError::Unavailable(chassis::error::chain(&error.without_url()))
}

//! A person of the load: a signed-in browser, tokens, and preferences.

use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{config::PublicUrl, secret};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::{
    browser::Browser,
    retry::{CallError, CallResult, Idempotency, with_retry},
    timeline::Received,
};

/// Password of all people.
pub const PASSWORD: &str = "one-product-one-team";

/// Client id of the demo's public client. No server listens at the redirect URI.
const CLIENT: &str = "demo-public";
const REDIRECT: &str = "http://127.0.0.1:9999/callback";

#[derive(Debug)]
pub struct Person {
    pub email: String,
    /// Subject of the access token.
    pub user_id: String,
    /// Signed in to mypage.
    pub browser: Browser,
    /// Locked during a change, so that the version after it is known.
    pub changes: tokio::sync::Mutex<PreferenceChanges>,
    /// Lines that the streams received.
    pub received: Mutex<Received>,
    tokens: Mutex<Tokens>,
    refreshing: tokio::sync::Mutex<()>,
}

/// Counts of a person's preference changes.
#[derive(Debug, Default)]
pub struct PreferenceChanges {
    /// Changes with a response.
    pub answered: u64,
    pub tried: usize,
}

#[derive(Clone, Debug, Deserialize)]
struct Tokens {
    access_token: SecretString,
    refresh_token: SecretString,
}

impl Person {
    /// Fetches tokens with authorization code and PKCE. The browser must be signed in to login.
    ///
    /// # Errors
    /// If login issues no tokens.
    pub async fn new(login: &PublicUrl, email: String, browser: Browser) -> Result<Self> {
        let verifier = secret::random_token();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&verifier));
        let mut authorize = Url::parse(&login.join("/authorize"))?;
        authorize.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("scope", "openid api offline_access"),
            ("state", "load"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let answer = browser.send(0, |client| client.get(authorize.clone())).await;
        let back = answer.map_err(to_anyhow)?.location.context("login did not redirect to the client")?;
        let back = Url::parse(&back).with_context(|| format!("{email}: the redirect to {back} is not a URL"))?;
        let code = back.query_pairs().find(|(name, _)| name == "code").context("login's redirect has no code")?.1;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("code", &code),
            ("code_verifier", &verifier),
        ];
        let tokens = tokens(&browser, login, &form).await.map_err(to_anyhow)?;
        Ok(Self {
            user_id: subject(tokens.access_token.expose_secret()).context("the access token has no subject")?,
            email,
            browser,
            changes: tokio::sync::Mutex::default(),
            received: Mutex::default(),
            tokens: Mutex::new(tokens),
            refreshing: tokio::sync::Mutex::default(),
        })
    }

    /// The access token.
    pub fn token(&self) -> SecretString {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).access_token.clone()
    }

    /// Exchanges the refresh token. Never retried.
    pub async fn refresh(&self, login: &PublicUrl) -> CallResult<()> {
        let _one_at_a_time = self.refreshing.lock().await;
        let old = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).refresh_token.clone();
        let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", old.expose_secret())];
        let done = with_retry(Idempotency::NotIdempotent, || tokens(&self.browser, login, &form)).await;
        let result = done.result.map(|fresh| *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = fresh);
        CallResult { result, retried: done.retried }
    }
}

async fn tokens(browser: &Browser, login: &PublicUrl, form: &[(&str, &str)]) -> Result<Tokens, CallError> {
    let answer = browser.send(1, |client| client.post(login.join("/token")).form(form)).await?.with(StatusCode::OK)?;
    serde_json::from_str(&answer.body).map_err(|error| CallError::permanent(format!("no tokens: {error}")))
}

/// Reads the subject of a JWT without verification: login has just issued it.
fn subject(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Claims>(&claims).ok()?.sub)
}

/// Converts an error during set-up, where nothing is retried.
pub fn to_anyhow(error: CallError) -> anyhow::Error {
    anyhow!(error.text)
}

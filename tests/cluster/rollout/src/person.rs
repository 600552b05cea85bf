//! A person of the load: a browser that is signed in, tokens for the APIs, and choices.

use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{config::PublicUrl, secret};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::{
    follow::Following,
    ordinary::{Done, Trouble, Twice, ordinary},
    visit::Browser,
};

/// Everybody's password.
pub const PASSWORD: &str = "one-product-one-team";

/// The public client of the demo, and where it gets its codes: nothing has to listen there.
const CLIENT: &str = "demo-public";
const REDIRECT: &str = "http://127.0.0.1:9999/callback";

/// Somebody.
#[derive(Debug)]
pub struct Person {
    /// The address to sign in with.
    pub email: String,
    /// The person, by the token.
    pub user_id: String,
    /// Signed in to mypage.
    pub browser: Browser,
    /// Choices, one at a time: so the version after each is known.
    pub choices: tokio::sync::Mutex<Choices>,
    /// What the streams brought.
    pub following: Mutex<Following>,
    tokens: Mutex<Tokens>,
    refreshing: tokio::sync::Mutex<()>,
}

/// What a person has chosen so far.
#[derive(Debug, Default)]
pub struct Choices {
    /// Changes that were answered.
    pub answered: u64,
    /// Changes that were tried.
    pub tried: usize,
}

#[derive(Clone, Debug, Deserialize)]
struct Tokens {
    access_token: SecretString,
    refresh_token: SecretString,
}

impl Person {
    /// Somebody who is signed in to mypage with this browser, with tokens by authorization code and PKCE.
    ///
    /// # Errors
    /// When login gives none.
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
        let back = answer.map_err(said)?.location.context("login did not send the browser on")?;
        let back = Url::parse(&back).with_context(|| format!("{email} was sent to {back}"))?;
        let code = back.query_pairs().find(|(name, _)| name == "code").context("login gave no code")?.1;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("code", &code),
            ("code_verifier", &verifier),
        ];
        let tokens = tokens(&browser, login, &form).await.map_err(said)?;
        Ok(Self {
            user_id: subject(tokens.access_token.expose_secret()).context("a token without a subject")?,
            email,
            browser,
            choices: tokio::sync::Mutex::default(),
            following: Mutex::default(),
            tokens: Mutex::new(tokens),
            refreshing: tokio::sync::Mutex::default(),
        })
    }

    /// The access token.
    pub fn token(&self) -> SecretString {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).access_token.clone()
    }

    /// Exchanges the refresh token; not tried again, as no form is.
    pub async fn refresh(&self, login: &PublicUrl) -> Done<()> {
        let _one_at_a_time = self.refreshing.lock().await;
        let old = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).refresh_token.clone();
        let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", old.expose_secret())];
        let done = ordinary(Twice::Harmful, || tokens(&self.browser, login, &form)).await;
        let result = done.result.map(|fresh| *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = fresh);
        Done { result, retried: done.retried }
    }
}

async fn tokens(browser: &Browser, login: &PublicUrl, form: &[(&str, &str)]) -> Result<Tokens, Trouble> {
    let answer = browser.send(1, |client| client.post(login.join("/token")).form(form)).await?.with(StatusCode::OK)?;
    serde_json::from_str(&answer.body).map_err(|error| Trouble::answer(format!("no tokens: {error}")))
}

/// Whom a JWT is about. It is not checked: it came from login just now.
fn subject(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Claims>(&claims).ok()?.sub)
}

/// Trouble of the set-up, which nothing tries again.
pub fn said(trouble: Trouble) -> anyhow::Error {
    anyhow!(trouble.text)
}

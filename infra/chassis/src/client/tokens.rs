use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::back_channel;
use crate::{
    auth::{API_SCOPE, INTERNAL_SCOPE},
    config::Issuer,
    problem::Problem,
};

/// A token is renewed this long before its expiry, so that it does not expire during a call.
const MARGIN: Duration = Duration::from_secs(30);
/// After a failed fetch, the next fetch waits this long. Calls in between fail at once.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Access tokens of this product (client credentials grant, RFC 6749 section 4.4). Clones share the token.
#[derive(Clone)]
pub struct ServiceTokens(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    url: String,
    client_id: String,
    client_secret: SecretString,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    failed: Option<Instant>,
}

struct Token {
    text: SecretString,
    expires: Instant,
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    expires_in: u64,
}

impl ServiceTokens {
    /// Creates a source of tokens for the client with this id and secret. The first token is fetched on first use.
    pub fn new(issuer: &Issuer, client_id: impl Into<String>, client_secret: SecretString) -> Self {
        let url = issuer.backchannel();
        Self(Arc::new(Inner {
            client: back_channel(url),
            url: url.join("/token"),
            client_id: client_id.into(),
            client_secret,
            state: Mutex::default(),
        }))
    }

    /// Returns a valid token. Concurrent callers share one fetch.
    ///
    /// # Errors
    /// 503 when login issues none.
    pub async fn token(&self) -> Result<SecretString, Problem> {
        let mut state = self.0.state.lock().await;
        if let Some(text) = state.token(MARGIN) {
            return Ok(text);
        }
        if state.failed.is_none_or(|failed| failed.elapsed() >= RETRY_INTERVAL) {
            match self.fetch().await {
                Ok(token) => *state = State { token: Some(token), failed: None },
                Err(error) => {
                    tracing::warn!(error = crate::error::chain(&error), "cannot fetch a service token");
                    state.failed = Some(Instant::now());
                }
            }
        }
        state.token(Duration::ZERO).ok_or_else(|| Problem::unavailable("login issues no token at the moment."))
    }

    async fn fetch(&self) -> Result<Token, reqwest::Error> {
        let scope = format!("{API_SCOPE} {INTERNAL_SCOPE}");
        let form = [("grant_type", "client_credentials"), ("scope", &scope)];
        let (id, secret) = (encoded(&self.0.client_id), encoded(self.0.client_secret.expose_secret()));
        let requested = Instant::now();
        let request = self.0.client.post(&self.0.url).basic_auth(id, Some(secret)).form(&form);
        let answer: Answer = request.send().await?.error_for_status()?.json().await?;
        Ok(Token { text: answer.access_token, expires: requested + Duration::from_secs(answer.expires_in) })
    }
}

/// Form-encodes client id and secret before HTTP Basic encodes them (RFC 6749, section 2.3.1).
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl State {
    fn token(&self, margin: Duration) -> Option<SecretString> {
        self.token.as_ref().filter(|token| Instant::now() + margin < token.expires).map(|token| token.text.clone())
    }
}

impl std::fmt::Debug for ServiceTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("ServiceTokens").field(&self.0.client_id).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::{Router, routing::post};

    use super::*;

    async fn login(expires_in: u64) -> (Issuer, Arc<AtomicU32>) {
        let fetches = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&fetches);
        let answer = async move |headers: http::HeaderMap, body: String| {
            assert_eq!(headers["authorization"], "Basic bXlwYWdlOnMlM0FjcmV0");
            assert_eq!(body, "grant_type=client_credentials&scope=api+internal");
            let number = counter.fetch_add(1, Ordering::SeqCst);
            axum::Json(serde_json::json!({ "access_token": format!("token {number}"), "expires_in": expires_in }))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound")).parse().expect("a url");
        let router = Router::new().route("/token", post(answer));
        tokio::spawn(async move { axum::serve(crate::listener::http(listener), router).await.expect("serves") });
        (Issuer { login_public_url: url, login_backchannel_url: None }, fetches)
    }

    #[tokio::test]
    async fn callers_share_one_fetch() {
        let (issuer, fetches) = login(300).await;
        let tokens = ServiceTokens::new(&issuer, "mypage", SecretString::from("s:cret"));
        let (one, two) = tokio::join!(tokens.token(), tokens.token());
        assert_eq!(one.expect("a token").expose_secret(), two.expect("a token").expose_secret());
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_token_is_renewed_before_it_expires() {
        let (issuer, fetches) = login(20).await;
        let tokens = ServiceTokens::new(&issuer, "mypage", SecretString::from("s:cret"));
        for _ in 0..2 {
            tokens.token().await.expect("a token");
        }
        assert_eq!(fetches.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn without_login_there_is_no_token() {
        let issuer =
            Issuer { login_public_url: "http://127.0.0.1:1".parse().expect("a url"), login_backchannel_url: None };
        let tokens = ServiceTokens::new(&issuer, "mypage", SecretString::from("secret"));
        assert_eq!(tokens.token().await.expect_err("no listener").code(), "unavailable");
    }
}

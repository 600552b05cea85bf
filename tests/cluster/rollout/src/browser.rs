//! A headless browser: cookies, and redirects that the caller follows.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use reqwest::{Client, RequestBuilder, StatusCode, cookie::Jar, header::LOCATION, redirect::Policy};

use crate::retry::CallError;

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0";

/// Request timeout: a person would notice a longer wait.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Read timeout of streams, longer than the server's keep-alive interval.
const SILENCE: Duration = Duration::from_secs(40);

/// A browser: three HTTP clients with the same cookies.
#[derive(Debug)]
pub struct Browser {
    pooled: Client,
    fresh: Client,
    streams: Client,
}

/// A response that was read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// The `Location` header.
    pub location: Option<String>,
    pub body: String,
}

impl Browser {
    /// Creates a browser without cookies.
    ///
    /// # Errors
    /// If an HTTP client cannot be created.
    pub fn new() -> Result<Self> {
        let jar = Arc::new(Jar::default());
        // The cluster's internal traffic has no TLS, so no certificate authorities are loaded.
        let client = || {
            let client = Client::builder().user_agent(AGENT).cookie_provider(Arc::clone(&jar));
            client.redirect(Policy::none()).no_proxy().tls_certs_only([])
        };
        Ok(Self {
            pooled: client().timeout(TIMEOUT).build()?,
            fresh: client().timeout(TIMEOUT).pool_max_idle_per_host(0).build()?,
            streams: client().read_timeout(SILENCE).pool_max_idle_per_host(0).build()?,
        })
    }

    /// Sends a request and reads the response. Even numbers reuse a connection, odd numbers open a new one.
    ///
    /// # Errors
    /// If the request fails or the product is unavailable.
    pub async fn send(&self, number: u64, request: impl Fn(&Client) -> RequestBuilder) -> Result<Answer, CallError> {
        let (client, how) = if number.is_multiple_of(2) { (&self.pooled, "pooled") } else { (&self.fresh, "new") };
        let answer = read(request(client)).await;
        answer.map_err(|error| CallError { text: format!("{} ({how} connection)", error.text), ..error })
    }

    /// Returns the client for streams, which have no total timeout.
    pub fn streams(&self) -> &Client {
        &self.streams
    }
}

async fn read(request: RequestBuilder) -> Result<Answer, CallError> {
    let response = request.send().await?;
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = response.text().await?;
    unavailable(status)?;
    Ok(Answer { status, location, body })
}

/// Fails for a status after which a user or a load balancer retries.
///
/// # Errors
/// A temporary error for 502, 503 and 504.
pub fn unavailable(status: StatusCode) -> Result<(), CallError> {
    match status.as_u16() {
        502..=504 => Err(CallError::temporary(status.to_string())),
        _ => Ok(()),
    }
}

impl Answer {
    /// Returns the response if it has this status.
    ///
    /// # Errors
    /// The status and the start of the body, if the status differs.
    pub fn with(self, status: StatusCode) -> Result<Self, CallError> {
        if self.status == status {
            return Ok(self);
        }
        let start: String = self.body.chars().take(200).collect();
        Err(CallError::permanent(format!("{}: {start}", self.status)))
    }
}

//! A browser without a screen: cookies, redirects that are followed by hand, and nothing that a browser has not.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use reqwest::{Client, RequestBuilder, StatusCode, cookie::Jar, header::LOCATION, redirect::Policy};

use crate::ordinary::Trouble;

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0";

/// The longest that a page may take before a person has noticed.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A stream is given up when it has been silent for longer than the server lets it be.
const SILENCE: Duration = Duration::from_secs(40);

/// A browser: three clients that share the cookies.
#[derive(Debug)]
pub struct Browser {
    kept: Client,
    fresh: Client,
    streams: Client,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Where it sends the browser.
    pub location: Option<String>,
    /// Its body.
    pub body: String,
}

impl Browser {
    /// One without cookies.
    ///
    /// # Errors
    /// When a client can't be made.
    pub fn new() -> Result<Self> {
        let jar = Arc::new(Jar::default());
        // There is no TLS inside of the cluster, so no certificate authorities are looked for.
        let client = || {
            let client = Client::builder().user_agent(AGENT).cookie_provider(Arc::clone(&jar));
            client.redirect(Policy::none()).no_proxy().tls_certs_only([])
        };
        Ok(Self {
            kept: client().timeout(TIMEOUT).build()?,
            fresh: client().timeout(TIMEOUT).pool_max_idle_per_host(0).build()?,
            streams: client().read_timeout(SILENCE).pool_max_idle_per_host(0).build()?,
        })
    }

    /// Sends a request and reads the answer. Of every two numbers, one goes over a connection that is kept, the other over a new
    /// one.
    ///
    /// # Errors
    /// When there is no answer, or one that says that the product is unavailable.
    pub async fn send(&self, number: u64, request: impl Fn(&Client) -> RequestBuilder) -> Result<Answer, Trouble> {
        let (client, how) = if number.is_multiple_of(2) { (&self.kept, "kept") } else { (&self.fresh, "new") };
        let answer = read(request(client)).await;
        answer.map_err(|trouble| Trouble { text: format!("{} ({how} connection)", trouble.text), ..trouble })
    }

    /// For answers that go on.
    pub fn streams(&self) -> &Client {
        &self.streams
    }
}

async fn read(request: RequestBuilder) -> Result<Answer, Trouble> {
    let response = request.send().await?;
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = response.text().await?;
    unavailable(status)?;
    Ok(Answer { status, location, body })
}

/// Whether the status is one after which a browser's user, or a load balancer, tries again.
///
/// # Errors
/// Then.
pub fn unavailable(status: StatusCode) -> Result<(), Trouble> {
    match status.as_u16() {
        502..=504 => Err(Trouble::passing(status.to_string())),
        _ => Ok(()),
    }
}

impl Answer {
    /// The answer, if it has this status.
    ///
    /// # Errors
    /// Else: it says something else.
    pub fn with(self, status: StatusCode) -> Result<Self, Trouble> {
        if self.status == status {
            return Ok(self);
        }
        let start: String = self.body.chars().take(200).collect();
        Err(Trouble::answer(format!("{}: {start}", self.status)))
    }
}

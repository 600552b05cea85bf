//! A product's public API, as a client of it sees it.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::header::{LOCATION, ORIGIN};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;

/// One product's API.
#[derive(Debug, Clone)]
pub(super) struct Api {
    client: Client,
    /// Where this machine reaches it.
    pub(super) base: String,
    /// Where people reach it: what a browser would send as `Origin`.
    public: String,
    token: Option<String>,
}

/// What the API said.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Value,
}

impl Api {
    pub(super) fn new(base: String, public: String) -> Result<Self> {
        let client = Client::builder().user_agent("devstack").timeout(Duration::from_secs(20));
        let client = client.redirect(Policy::none()).no_proxy().build()?;
        Ok(Self { client, base, public, token: None })
    }

    pub(super) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.post(format!("{}{path}", self.base)).json(body)).await
    }

    /// Ends the session that the token belongs to.
    pub(super) async fn sign_out(&self) -> Result<()> {
        let sessions = self.send(self.client.get(format!("{}/v1/sessions", self.base))).await?;
        let items = sessions.body["items"].as_array().into_iter().flatten();
        let mut own = items.filter(|item| item["current"] == true).filter_map(|item| item["session_id"].as_str());
        let session = own.next().with_context(|| format!("no session to end: {sessions}"))?;
        let answer = self.send(self.client.delete(format!("{}/v1/sessions/{session}", self.base))).await?;
        if answer.status.is_success() { Ok(()) } else { bail!("signing out: {answer}") }
    }

    /// One field of all items of a list.
    pub(super) async fn list(&self, path: &str, field: &str) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let mut cursor = None::<String>;
        loop {
            let mut request = self.client.get(format!("{}{path}", self.base)).query(&[("limit", "100")]);
            if let Some(cursor) = &cursor {
                request = request.query(&[("cursor", cursor)]);
            }
            let answer = self.send(request).await?;
            if answer.status != StatusCode::OK {
                bail!("reading {path}: {answer}");
            }
            let items = answer.body["items"].as_array().into_iter().flatten();
            found.extend(items.filter_map(|item| item[field].as_str().map(str::to_owned)));
            cursor = answer.body["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// A page, as a browser asks for it.
    pub(super) async fn page(&self, address: &str, cookies: &str) -> Result<Response> {
        let request = self.client.get(address).header("Cookie", cookies);
        request.send().await.with_context(|| format!("{} does not answer", self.base))
    }

    /// A form, as a browser sends it from one of the product's own pages.
    pub(super) async fn form(&self, address: &str, fields: &[(String, String)]) -> Result<Response> {
        let request = self.client.post(address).header(ORIGIN, &self.public).form(fields);
        request.send().await.with_context(|| format!("{} does not answer", self.base))
    }

    async fn send(&self, mut request: RequestBuilder) -> Result<Answer> {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.with_context(|| format!("{} does not answer", self.base))?;
        let status = response.status();
        let body = response.json().await.unwrap_or(Value::Null);
        Ok(Answer { status, body })
    }
}

impl Answer {
    pub(super) fn is_created(&self) -> bool {
        self.status == StatusCode::CREATED
    }

    /// The problem's code, when it is one.
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// What was made.
    pub(super) fn created(self, what: &str) -> Result<Value> {
        if self.is_created() { Ok(self.body) } else { bail!("{what}: {self}") }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.status, self.body)
    }
}

/// Where a response sends the browser.
pub(super) fn location(response: &Response) -> Option<&str> {
    response.headers().get(LOCATION)?.to_str().ok()
}

//! A client of a product's public API.

use std::{collections::BTreeSet, fmt, time::Duration};

use anyhow::{Context, Result, bail};
use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, LOCATION, ORIGIN},
    redirect::Policy,
};
use serde_json::Value;
use url::Url;

use super::{endpoint::Endpoint, form::unescape};

/// The user agent of a person, which the list of devices shows.
const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/// A client of one product.
#[derive(Debug, Clone)]
pub(super) struct Api {
    client: Client,
    endpoint: Endpoint,
    token: Option<String>,
}

/// Status and JSON body of a response.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Value,
}

impl Api {
    pub(super) fn new(endpoint: Endpoint) -> Result<Self> {
        Self::of(endpoint, "devstack")
    }

    /// As [`Self::new`], but the product takes it for a browser.
    pub(super) fn browser(endpoint: Endpoint) -> Result<Self> {
        Self::of(endpoint, BROWSER)
    }

    fn of(endpoint: Endpoint, agent: &str) -> Result<Self> {
        let client = Client::builder().user_agent(agent).timeout(Duration::from_secs(20));
        let client = client.redirect(Policy::none()).no_proxy().build()?;
        Ok(Self { client, endpoint, token: None })
    }

    /// URL of a path.
    pub(super) fn at(&self, path: &str) -> Result<Url> {
        Ok(self.endpoint.base.join(path)?)
    }

    /// URL that the browser requests after a redirect from `from` to `to`. A public URL of the product is rewritten to its
    /// base URL, since the public one may not be reachable from here.
    pub(super) fn next(&self, from: &Url, to: &str) -> Result<Url> {
        let to = from.join(to)?;
        if to.origin() != self.endpoint.public.origin() {
            return Ok(to);
        }
        let mut here = self.endpoint.base.clone();
        here.set_path(to.path());
        here.set_query(to.query());
        Ok(here)
    }

    /// Fails while the product does not answer or answers with a server error.
    pub(super) async fn answers(&self) -> Result<()> {
        let status = self.page(&self.endpoint.base, "").await?.status();
        if status.is_server_error() { bail!("{}: {status}", self.endpoint.base) } else { Ok(()) }
    }

    pub(super) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.post(self.at(path)?).json(body)).await
    }

    /// The token after `path` in the newest e-mail to an address, read from `/dev/mailbox`; `None` when that e-mail has no
    /// such link.
    pub(super) async fn mailed_token(&self, to: &str, path: &str) -> Result<Option<String>> {
        let request = self.client.get(self.at("/dev/mailbox")?).query(&[("to", to)]);
        let answer = self.send(request.header(ACCEPT, "application/json")).await?;
        if answer.status == StatusCode::NOT_FOUND {
            bail!("{} has no /dev/mailbox: demo data need LOGIN_MAIL=dev", self.endpoint.base);
        }
        let text = answer.body[0]["text"].as_str().with_context(|| format!("no e-mail to {to}: {answer}"))?;
        let start = self.endpoint.public.join(path)?;
        let link = text.split_whitespace().find_map(|word| word.strip_prefix(start.as_str()));
        Ok(link.map(str::to_owned))
    }

    /// Revokes the session of the token.
    pub(super) async fn sign_out(&self) -> Result<()> {
        let sessions = self.send(self.client.get(self.at("/v1/sessions")?)).await?;
        let items = sessions.body["items"].as_array().into_iter().flatten();
        let mut own = items.filter(|item| item["current"] == true).filter_map(|item| item["session_id"].as_str());
        let session = own.next().with_context(|| format!("no current session: {sessions}"))?;
        let answer = self.send(self.client.delete(self.at(&format!("/v1/sessions/{session}"))?)).await?;
        if answer.status.is_success() { Ok(()) } else { bail!("signing out failed: {answer}") }
    }

    pub(super) async fn patch(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.patch(self.at(path)?).json(body)).await
    }

    /// Reads one field of all items of a paginated list.
    pub(super) async fn list(&self, path: &str, field: &str) -> Result<BTreeSet<String>> {
        let items = self.items(path).await?;
        Ok(items.iter().filter_map(|item| item[field].as_str().map(str::to_owned)).collect())
    }

    /// Reads all items of a paginated list.
    pub(super) async fn items(&self, path: &str) -> Result<Vec<Value>> {
        let mut found = vec![];
        let mut cursor = None::<String>;
        loop {
            let part = self.part_of_list(path, "100", cursor.as_deref()).await?;
            found.extend(part["items"].as_array().into_iter().flatten().cloned());
            cursor = part["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// Requests a page as a browser does.
    pub(super) async fn page(&self, address: &Url, cookies: &str) -> Result<Response> {
        let request = self.client.get(address.clone()).header("Cookie", cookies);
        request.send().await.with_context(|| format!("{} does not answer", self.endpoint.base))
    }

    /// Sends a form as a browser does from one of the product's own pages.
    pub(super) async fn form(&self, address: &Url, fields: &[(String, String)]) -> Result<Response> {
        self.form_with(address, fields, "").await
    }

    /// As [`Self::form`], with cookies.
    pub(super) async fn form_with(
        &self,
        address: &Url,
        fields: &[(String, String)],
        cookies: &str,
    ) -> Result<Response> {
        let origin = self.endpoint.public.origin().ascii_serialization();
        let request = self.client.post(address.clone()).header(ORIGIN, origin).header("Cookie", cookies).form(fields);
        request.send().await.with_context(|| format!("{} does not answer", self.endpoint.base))
    }

    /// The links on a page to a path of this product, as addresses from here, each once.
    pub(super) fn links(&self, html: &str, path: &str) -> Result<Vec<Url>> {
        let start = format!("\"{}", self.endpoint.public.join(path)?);
        let mut found: Vec<Url> = Vec::new();
        for (at, _) in html.match_indices(&start) {
            let rest = &html[at + 1..];
            let link = unescape(rest.split('"').next().unwrap_or_default());
            let link = self.next(&self.endpoint.public, &link)?;
            if !found.contains(&link) {
                found.push(link);
            }
        }
        Ok(found)
    }

    /// Whether a list has an item.
    pub(super) async fn has_any(&self, path: &str) -> Result<bool> {
        let part = self.part_of_list(path, "1", None).await?;
        Ok(part["items"].as_array().is_some_and(|items| !items.is_empty()))
    }

    async fn part_of_list(&self, path: &str, limit: &str, cursor: Option<&str>) -> Result<Value> {
        let mut request = self.client.get(self.at(path)?).query(&[("limit", limit)]);
        if let Some(cursor) = cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let answer = self.send(request).await?;
        if answer.status == StatusCode::OK { Ok(answer.body) } else { bail!("cannot read {path}: {answer}") }
    }

    async fn send(&self, mut request: RequestBuilder) -> Result<Answer> {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.with_context(|| format!("{} does not answer", self.endpoint.base))?;
        let status = response.status();
        let body = response.json().await.unwrap_or(Value::Null);
        Ok(Answer { status, body })
    }
}

impl Answer {
    pub(super) fn is_created(&self) -> bool {
        self.status == StatusCode::CREATED
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.status == StatusCode::ACCEPTED
    }

    /// The `code` of a problem; empty for other bodies.
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Fails unless the answer is a success; `what` names the action in the error.
    pub(super) fn ok(&self, what: &str) -> Result<()> {
        if self.status.is_success() { Ok(()) } else { bail!("{what} failed: {self}") }
    }

    /// The body of a 201; `what` names the action in the error.
    pub(super) fn created(self, what: &str) -> Result<Value> {
        if self.is_created() { Ok(self.body) } else { bail!("{what} failed: {self}") }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.status, self.body)
    }
}

/// The target of a redirect.
pub(super) fn location(response: &Response) -> Option<&str> {
    response.headers().get(LOCATION)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_links_of_a_product_on_a_page_are_found() {
        let url = |text: &str| Url::parse(text).unwrap();
        let ad = Api::new(Endpoint { base: url("http://ad.svc:8080"), public: url("http://localhost:8280") }).unwrap();
        let html = "<a href=\"http://localhost:8280/c/t1?a=1&amp;b=2\"><a href=\"http://localhost:8080/c/x\">
            <img src=\"http://localhost:8280/i/t1\"><a href=\"http://localhost:8280/c/t1?a=1&amp;b=2\">";
        assert_eq!(ad.links(html, "/c/").unwrap(), [url("http://ad.svc:8080/c/t1?a=1&b=2")]);
        assert_eq!(ad.links(html, "/i/").unwrap(), [url("http://ad.svc:8080/i/t1")]);
    }

    #[test]
    fn a_public_url_is_rewritten_to_the_base_url() {
        let url = |text: &str| Url::parse(text).unwrap();
        let endpoint = Endpoint { base: url("http://login.login.svc:8080"), public: url("http://localhost:8180") };
        let login = Api::new(endpoint).unwrap();
        let from = url("http://login.login.svc:8080/sign-in");
        let next = |to: &str| login.next(&from, to).unwrap().to_string();
        assert_eq!(next("http://localhost:8180/authorize?a=b"), "http://login.login.svc:8080/authorize?a=b");
        assert_eq!(next("/authorize"), "http://login.login.svc:8080/authorize");
        assert_eq!(next("http://127.0.0.1:9999/callback?code=c"), "http://127.0.0.1:9999/callback?code=c");
    }
}

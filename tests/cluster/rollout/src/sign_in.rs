//! Signs in through the pages: from mypage to login's form and back. Each request is retried as a usual client does.

use chassis::config::PublicUrl;
use reqwest::{StatusCode, header::ORIGIN};
use url::Url;

use crate::{
    browser::{Answer, Browser},
    person::PASSWORD,
    retry::{CallResult, Idempotency, with_retry},
};

/// Maximum number of redirects.
const HOPS: usize = 10;

/// The state of one sign-in.
struct SignIn<'a> {
    browser: &'a Browser,
    url: Url,
    /// Number of requests. Every second one uses a new connection.
    steps: u64,
    retried: bool,
}

/// Signs the browser in to mypage.
pub async fn sign_in(browser: &Browser, mypage: &PublicUrl, email: &str) -> CallResult<()> {
    let start = Url::parse(&mypage.join("/auth/sign-in")).expect("a valid URL");
    let mut flow = SignIn { browser, url: start, steps: 0, retried: false };
    let result = flow.run(mypage, email).await;
    CallResult { result, retried: flow.retried }
}

impl SignIn<'_> {
    async fn run(&mut self, mypage: &PublicUrl, email: &str) -> Result<(), String> {
        let form = self.follow_redirects().await?;
        let action = markup::attribute(&form.body, "<form", "action");
        let action = action.ok_or_else(|| format!("no form on the page {}", self.url.path()))?;
        let origin = self.url.origin().ascii_serialization();
        self.set_url(&action)?;
        let fields = [("email", email), ("password", PASSWORD)];
        let sent = self
            .step(Idempotency::NotIdempotent, |url, client| {
                client.post(url.clone()).header(ORIGIN, origin.as_str()).form(&fields)
            })
            .await?;
        match sent.location {
            Some(location) => self.set_url(&location)?,
            None => return Err(format!("login's form returned {}", sent.status)),
        }
        let page = self.follow_redirects().await?;
        if self.url.as_str().starts_with(mypage.as_str()) && page.body.contains("id=\"timeline\"") {
            Ok(())
        } else {
            Err(format!("ended at {} with {}", self.url.path(), page.status))
        }
    }

    /// Follows redirects until a response is a page.
    async fn follow_redirects(&mut self) -> Result<Answer, String> {
        for _ in 0..HOPS {
            let answer = self.step(Idempotency::Idempotent, |url, client| client.get(url.clone())).await?;
            match &answer.location {
                Some(location) if answer.status.is_redirection() => self.set_url(location)?,
                _ if answer.status == StatusCode::OK => return Ok(answer),
                _ => return Err(format!("{} at {}", answer.status, self.url.path())),
            }
        }
        Err(format!("more than {HOPS} redirects, the last one to {}", self.url.path()))
    }

    fn set_url(&mut self, location: &str) -> Result<(), String> {
        self.url = self.url.join(location).map_err(|error| format!("{location}: {error}"))?;
        Ok(())
    }

    async fn step(
        &mut self,
        idempotency: Idempotency,
        request: impl Fn(&Url, &reqwest::Client) -> reqwest::RequestBuilder,
    ) -> Result<Answer, String> {
        self.steps += 1;
        let (browser, url, steps) = (self.browser, &self.url, self.steps);
        let send = || async { browser.send(steps, |client| request(url, client)).await };
        let done = with_retry(idempotency, send).await;
        self.retried |= done.retried;
        done.result.map_err(|text| format!("{}: {text}", self.url.path()))
    }
}

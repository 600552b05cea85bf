//! Signing in as anyone does: from mypage to login's form and back, each step with ordinary retry.

use chassis::config::PublicUrl;
use reqwest::{StatusCode, header::ORIGIN};
use url::Url;

use crate::{
    html,
    ordinary::{Done, Twice, ordinary},
    person::PASSWORD,
    visit::{Answer, Browser},
};

/// More redirects than this lead nowhere.
const HOPS: usize = 10;

/// One way through the pages.
struct Way<'a> {
    browser: &'a Browser,
    at: Url,
    /// Requests, so that every second one is a new connection.
    steps: u64,
    retried: bool,
}

/// Signs the browser in to mypage.
pub async fn sign_in(browser: &Browser, mypage: &PublicUrl, email: &str) -> Done<()> {
    let start = Url::parse(&mypage.join("/auth/sign-in")).expect("an address below an address");
    let mut way = Way { browser, at: start, steps: 0, retried: false };
    let result = way.walk(mypage, email).await;
    Done { result, retried: way.retried }
}

impl Way<'_> {
    async fn walk(&mut self, mypage: &PublicUrl, email: &str) -> Result<(), String> {
        let form = self.follow().await?;
        let action = html::attribute(&form.body, "<form", "action");
        let action = action.ok_or_else(|| format!("no form at {}", self.at.path()))?;
        let origin = self.at.origin().ascii_serialization();
        self.go(&action)?;
        let fields = [("email", email), ("password", PASSWORD)];
        let sent = self
            .step(Twice::Harmful, |way, client| client.post(way.clone()).header(ORIGIN, origin.as_str()).form(&fields))
            .await?;
        match sent.location {
            Some(location) => self.go(&location)?,
            None => return Err(format!("the form was answered by {}", sent.status)),
        }
        let page = self.follow().await?;
        if self.at.as_str().starts_with(mypage.as_str()) && page.body.contains("id=\"timeline\"") {
            Ok(())
        } else {
            Err(format!("ended at {} with {}", self.at.path(), page.status))
        }
    }

    /// To where no redirect leads on.
    async fn follow(&mut self) -> Result<Answer, String> {
        for _ in 0..HOPS {
            let answer = self.step(Twice::Harmless, |at, client| client.get(at.clone())).await?;
            match &answer.location {
                Some(location) if answer.status.is_redirection() => self.go(location)?,
                _ if answer.status == StatusCode::OK => return Ok(answer),
                _ => return Err(format!("{} at {}", answer.status, self.at.path())),
            }
        }
        Err(format!("redirected for ever, at last to {}", self.at.path()))
    }

    fn go(&mut self, location: &str) -> Result<(), String> {
        self.at = self.at.join(location).map_err(|error| format!("{location}: {error}"))?;
        Ok(())
    }

    async fn step(
        &mut self,
        twice: Twice,
        request: impl Fn(&Url, &reqwest::Client) -> reqwest::RequestBuilder,
    ) -> Result<Answer, String> {
        self.steps += 1;
        let (browser, at, steps) = (self.browser, &self.at, self.steps);
        let send = || async { browser.send(steps, |client| request(at, client)).await };
        let done = ordinary(twice, send).await;
        self.retried |= done.retried;
        done.result.map_err(|text| format!("{}: {text}", self.at.path()))
    }
}

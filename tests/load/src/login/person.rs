//! A person with an account and a separate source address.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, Result};
use chassis::config::PublicUrl;
use reqwest::{
    Client, Response, StatusCode,
    header::{ORIGIN, RETRY_AFTER},
    redirect::Policy,
};
use support::source_address;

use crate::product::Product;

/// Password of all people. WRONG has the same length.
pub(super) const PASSWORD: &str = "hashed by everyone, kept by none";
pub(super) const WRONG: &str = "hashed by everyone, had by nobody";

/// Request timeout.
const DEADLINE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Person {
    pub(super) number: usize,
    pub(super) email: String,
    pub(super) browser: Client,
    login: PublicUrl,
}

impl Person {
    /// Creates the person of this number, without an account yet.
    pub(super) fn new(login: &Product, number: usize) -> Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, login.ports.http));
        let browser = Client::builder()
            .redirect(Policy::none())
            .timeout(DEADLINE)
            .no_proxy()
            .tls_certs_only([])
            .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            .resolve("localhost", address)
            .local_address(source_address(number))
            .build()?;
        Ok(Self { number, email: email("person", number), browser, login: login.public.clone() })
    }

    /// Returns an e-mail address without an account, as long as this person's.
    pub(super) fn unknown_email(&self) -> String {
        email("nobody", self.number)
    }

    /// Returns the URL of a path of login.
    pub(super) fn at(&self, path: &str) -> String {
        self.login.join(path)
    }

    /// Sends the sign-in form.
    pub(super) async fn try_password(&self, email: &str, password: &str) -> reqwest::Result<Response> {
        let form = self.browser.post(self.at("/sign-in")).header(ORIGIN, self.login.origin());
        form.form(&[("email", email), ("password", password)]).send().await
    }

    /// Signs in and reads the whole response.
    pub(super) async fn sign_in(&self) -> Result<()> {
        let answer = self.try_password(&self.email, PASSWORD).await?;
        expect(&answer, StatusCode::SEE_OTHER).with_context(|| format!("signing {} in", self.email))?;
        answer.bytes().await?;
        Ok(())
    }
}

/// Fails if the response has another status.
pub(super) fn expect(answer: &Response, status: StatusCode) -> Result<()> {
    if answer.status() == status {
        return Ok(());
    }
    let retry_after = answer.headers().get(RETRY_AFTER).map(|value| format!("; Retry-After: {value:?}"));
    anyhow::bail!("{} instead of {status}{}", answer.status(), retry_after.unwrap_or_default())
}

/// Makes an e-mail address; all are of the same length for a given name length.
fn email(name: &str, number: usize) -> String {
    format!("{name}{number:04}@bench{number:04}.example")
}

//! Someone with an account, at an address of the network of their own.

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
use support::own_address;

use crate::product::Product;

/// Everybody's password.
pub(super) const PASSWORD: &str = "hashed by everyone, kept by none";
/// Nobody's.
pub(super) const WRONG: &str = "hashed by everyone, had by nobody";

/// Who has not answered by then hangs.
const DEADLINE: Duration = Duration::from_secs(30);

/// Someone.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) number: usize,
    pub(super) email: String,
    pub(super) browser: Client,
    login: PublicUrl,
}

impl Person {
    /// The person of that number.
    pub(super) fn new(login: &Product, number: usize) -> Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, login.ports.http));
        let browser = Client::builder()
            .redirect(Policy::none())
            .timeout(DEADLINE)
            .no_proxy()
            .tls_certs_only([])
            .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            .resolve("localhost", address)
            .local_address(own_address(number))
            .build()?;
        Ok(Self { number, email: email("person", number), browser, login: login.public.clone() })
    }

    /// An address like this person's that nobody has.
    pub(super) fn nobody(&self) -> String {
        email("nobody", self.number)
    }

    /// Where a page is.
    pub(super) fn at(&self, path: &str) -> String {
        self.login.join(path)
    }

    /// Sends the form to sign in.
    pub(super) async fn try_password(&self, email: &str, password: &str) -> reqwest::Result<Response> {
        let form = self.browser.post(self.at("/sign-in")).header(ORIGIN, self.login.origin());
        form.form(&[("email", email), ("password", password)]).send().await
    }

    /// Signs in, to the end of the answer.
    pub(super) async fn sign_in(&self) -> Result<()> {
        let answer = self.try_password(&self.email, PASSWORD).await?;
        expect(&answer, StatusCode::SEE_OTHER).with_context(|| format!("signing {} in", self.email))?;
        answer.bytes().await?;
        Ok(())
    }
}

/// Stops when the answer is another.
pub(super) fn expect(answer: &Response, status: StatusCode) -> Result<()> {
    if answer.status() == status {
        return Ok(());
    }
    let retry_after = answer.headers().get(RETRY_AFTER).map(|value| format!("; Retry-After: {value:?}"));
    anyhow::bail!("{} instead of {status}{}", answer.status(), retry_after.unwrap_or_default())
}

/// All are of the same length.
fn email(name: &str, number: usize) -> String {
    format!("{name}{number:04}@bench{number:04}.example")
}

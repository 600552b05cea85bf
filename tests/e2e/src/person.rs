//! A person with a headless HTTP client: cookies, redirects and forms, as in a browser.

use std::time::Duration;

use chassis::config::PublicUrl;
use markup::attribute;
use reqwest::{Client, Response, header::ORIGIN};
use support::DEMO_PASSWORD;

use crate::system::System;

/// A person who is signed in to mypage.
pub struct Person {
    client: Client,
    mypage: PublicUrl,
}

impl Person {
    /// Signs in through mypage's sign-in page and login's form, with the password of the demo data.
    ///
    /// # Panics
    /// If the sign-in does not end on mypage.
    pub async fn sign_in(system: &System, email: &str) -> Self {
        Self::sign_in_with(system, email, DEMO_PASSWORD).await
    }

    /// As [`Person::sign_in`], with another password.
    ///
    /// # Panics
    /// If the sign-in does not end on mypage.
    pub async fn sign_in_with(system: &System, email: &str, password: &str) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .user_agent("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 e2e")
            .timeout(Duration::from_secs(10))
            .build()
            .expect("a client");
        let person = Self { client, mypage: system.url("mypage") };
        let form = person.get(&person.mypage.join("/auth/sign-in")).await.expect("login's form");
        let (at, html) = (form.url().clone(), form.text().await.expect("a page"));
        let action = at.join(&attribute(&html, "<form", "action").expect("a form")).expect("an address");
        let answer = person
            .client
            .post(action)
            .header(ORIGIN, at.origin().ascii_serialization())
            .form(&[("email", email), ("password", password)])
            .send()
            .await
            .expect("an answer");
        assert!(answer.url().as_str().starts_with(person.mypage.as_str()), "{email} ended at {}", answer.url());
        person
    }

    /// Fetches the person's page.
    ///
    /// # Errors
    /// If the request fails or the response is not the whole page.
    pub async fn page(&self) -> Result<String, String> {
        let answer = self.get(self.mypage.as_str()).await?;
        let status = answer.status();
        let html = answer.text().await.map_err(|error| error.to_string())?;
        if status.is_success() && html.contains("id=\"timeline\"") { Ok(html) } else { Err(format!("{status}")) }
    }

    /// As [`Person::get`], with a `traceparent` header of this trace.
    ///
    /// # Errors
    /// If the request fails.
    pub async fn get_traced(&self, url: &str, trace_id: &str) -> Result<Response, String> {
        let traceparent = format!("00-{trace_id}-00f067aa0ba902b7-01");
        let answer = self.client.get(url).header("traceparent", traceparent).send().await;
        answer.map_err(|error| format!("{error:?}"))
    }

    /// Fetches a URL of any product.
    ///
    /// # Errors
    /// If the request fails or the status is 5xx.
    pub async fn get(&self, url: &str) -> Result<Response, String> {
        let answer = self.client.get(url).send().await.map_err(|error| format!("{error:?}"))?;
        if answer.status().is_server_error() { Err(answer.status().to_string()) } else { Ok(answer) }
    }
}

/// Returns a client that does not follow redirects, so that a test can read the redirect target of a click.
///
/// # Panics
/// Never: its settings are fixed.
pub fn clicker() -> Client {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(10));
    client.build().expect("a client")
}

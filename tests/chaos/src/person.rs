//! A person who signs in without a browser.

use reqwest::{
    Client,
    header::{LOCATION, ORIGIN},
    redirect::Policy,
};
use serde_json::Value;
use support::DEMO_PASSWORD;

use crate::system::System;

const EMAIL: &str = "admin@acme.example";
/// The example pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "http://127.0.0.1:9999/callback";

/// Fetches a person's access token with authorization code and PKCE. Returns `None` if login fails, as it may under a fault.
pub async fn access_token(system: &System) -> Option<String> {
    let client = Client::builder().cookie_store(true).redirect(Policy::none()).build().ok()?;
    let fields = [("email", EMAIL), ("password", DEMO_PASSWORD)];
    sign_in(system, &client, &fields).await?;
    let query = format!(
        "/authorize?response_type=code&client_id=demo-public&redirect_uri={REDIRECT}&scope=openid%20api&state=x\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = client.get(system.url("login", &query)).send().await.ok()?;
    let back = reqwest::Url::parse(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    let code = back.query_pairs().find(|(name, _)| name == "code")?.1.into_owned();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "demo-public"),
        ("redirect_uri", REDIRECT),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    token(system, &client, &fields).await
}

/// Fetches mypage's own access token.
pub async fn service_token(system: &System) -> Option<String> {
    let secret = system.secret("client_mypage");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "mypage"),
        ("client_secret", &secret),
        ("scope", "api internal"),
    ];
    token(system, &Client::new(), &fields).await
}

/// Sends login's sign-in form and returns the status.
pub async fn sign_in(system: &System, client: &Client, fields: &[(&str, &str)]) -> Option<u16> {
    send(system, client, "/sign-in", fields).await
}

/// Sends a form to login and returns the status.
pub async fn send(system: &System, client: &Client, path: &str, fields: &[(&str, &str)]) -> Option<u16> {
    let origin = system.url("login", "");
    let answer = client.post(system.url("login", path)).header(ORIGIN, origin).form(fields).send().await;
    Some(answer.ok()?.status().as_u16())
}

async fn token(system: &System, client: &Client, fields: &[(&str, &str)]) -> Option<String> {
    let answer = client.post(system.url("login", "/token")).form(fields).send().await.ok()?;
    let answer: Value = serde_json::from_str(&answer.text().await.ok()?).ok()?;
    Some(answer["access_token"].as_str()?.to_owned())
}

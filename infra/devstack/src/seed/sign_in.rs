//! Signs a person in as a browser does: authorization code flow with PKCE, through the sign-in form.

use anyhow::{Context, Result, bail};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Response, header::SET_COOKIE};
use serde_json::Value;
use url::Url;

use super::{
    form,
    http::{Api, location},
};
use crate::{
    clients::{DEMO_PUBLIC, DEMO_REDIRECT},
    secrets,
};

/// Gets an access token of that person for the client `demo-public`.
pub(super) async fn access_token(login: &Api, email: &str, password: &str) -> Result<String> {
    let verifier = secrets::random()?;
    let state = secrets::random()?;
    let code =
        code(login, email, password, &verifier, &state).await.with_context(|| format!("cannot sign {email} in"))?;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", DEMO_PUBLIC),
        ("redirect_uri", DEMO_REDIRECT),
        ("code", &code),
        ("code_verifier", &verifier),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let response = login.form(&login.at("/token")?, &fields).await?;
    let status = response.status();
    let answer: Value = response.json().await.unwrap_or_default();
    let token = answer["access_token"].as_str().map(str::to_owned);
    token.with_context(|| format!("no access token for {email}: {status} {answer}"))
}

async fn code(login: &Api, email: &str, password: &str, verifier: &str, state: &str) -> Result<String> {
    let mut authorize = login.at("/authorize")?;
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    authorize.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", DEMO_PUBLIC),
        ("redirect_uri", DEMO_REDIRECT),
        ("scope", "openid api"),
        ("state", state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let sign_in = next(login, &authorize, &login.page(&authorize, "").await?)?;
    let page = login.page(&sign_in, "").await?.text().await?;
    let (action, signed_in) = submit(login, &sign_in, &page, [("email", email), ("password", password)], "").await?;
    let back = next(login, &action, &signed_in)?;
    let callback = next(login, &back, &login.page(&back, &cookies(&signed_in)).await?)?;
    let parameter =
        |name: &str| callback.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if parameter("state").as_deref() != Some(state) {
        bail!("the redirect has another state than the request: {callback}");
    }
    parameter("code").with_context(|| format!("the redirect has no code: {callback}"))
}

/// Fills in the form of a sign-in page, and sends it. Returns the address of the form, and the answer.
pub(super) async fn submit(
    login: &Api,
    at: &Url,
    page: &str,
    own: [(&str, &str); 2],
    cookies: &str,
) -> Result<(Url, Response)> {
    let form = form::first(page)?;
    let action = login.next(at, form.action.as_deref().unwrap_or_default())?;
    let mut fields = form.hidden;
    fields.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let answer = login.form_with(&action, &fields, cookies).await?;
    Ok((action, answer))
}

/// Returns the target of a redirect.
fn next(login: &Api, from: &Url, response: &Response) -> Result<Url> {
    let to = location(response)
        .with_context(|| format!("{} instead of a redirect from {}", response.status(), from.path()))?;
    login.next(from, to)
}

fn cookies(response: &Response) -> String {
    let set = response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}

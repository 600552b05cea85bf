//! Fuzz tests over HTTP: no internal error, no redirect to an unregistered address, no forged token accepted. Seed inputs are in
//! `tests/corpus/`.

use std::path::Path;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::{Url, header};
use serde_json::Value;
use support::Fuzz;

use crate::harness::{ISSUER, REDIRECT, TestApp, location};

const WORDS: &[&str] = &[
    "&",
    "=",
    "%",
    "%00",
    "+",
    "client_id=public",
    "client_id=native",
    "redirect_uri=",
    "http%3A%2F%2F127.0.0.1%3A9999%2Fcallback",
    "http://evil.example",
    "%40",
    "%23",
    "state=",
    "prompt=none",
    "prompt=login",
    "prompt=consent",
    "max_age=0",
    "scope=openid",
    "resource=http%3A%2F%2Flogin.test%2Fapi",
    "response_mode=fragment",
    "request=",
    "grant_type=",
    "ui_locales=ko",
    "%0d%0aLocation:%20",
    "token=",
    "refresh_token",
    "client_credentials",
];

fn corpus(target: &str) -> Fuzz {
    Fuzz::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target), WORDS, 400)
}

/// Whether a redirect may go there: a page of login, or a registered address of a client.
fn is_allowed_target(address: &str) -> bool {
    if ["/sign-in?", "/consent?", "/select-account?"].iter().any(|page| address.starts_with(page)) {
        return true;
    }
    let Ok(mut url) = Url::parse(address) else { return false };
    url.set_query(None);
    let is_native = url.path() == "/cb" && url.host_str() == Some("127.0.0.1") && url.scheme() == "http";
    url.as_str() == REDIRECT || is_native
}

#[tokio::test]
async fn authorize_never_redirects_to_an_unregistered_address() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let fuzz = corpus("authorize");
    let mut codes = 0;
    for input in fuzz.inputs() {
        let body = String::from_utf8_lossy(&input).into_owned();
        let request = login.http.post(login.url("/authorize")).header(header::COOKIE, &cookie);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.clone());
        let answer = request.send().await.expect("response");
        let status = answer.status().as_u16();
        let is_fine = match status {
            303 => is_allowed_target(&location(&answer)),
            _ => status == 400 && answer.headers().get(header::LOCATION).is_none(),
        };
        if !is_fine {
            fuzz.keep(&input);
        }
        assert!(is_fine, "{status} {:?} for {body}", answer.headers().get(header::LOCATION));
        codes += usize::from(status == 303 && location(&answer).contains("code="));
    }
    assert!(codes > 0, "some requests must succeed");
}

#[tokio::test]
async fn the_token_endpoints_never_fail_internally() {
    let login = TestApp::start().await;
    let fuzz = corpus("token");
    for (index, input) in fuzz.inputs().enumerate() {
        let path = ["/token", "/revoke", "/introspect"][index % 3];
        let body = String::from_utf8_lossy(&input).into_owned();
        let request = login.http.post(login.url(path)).body(body.clone());
        let answer = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").send().await;
        let answer = answer.expect("response");
        let status = answer.status().as_u16();
        let is_fine = [200, 400, 401].contains(&status);
        let error = (status != 200).then_some(answer.json::<Value>());
        let named = match error {
            Some(error) => error.await.is_ok_and(|error| error["error"].is_string()),
            None => true,
        };
        if !(is_fine && named) {
            fuzz.keep(&input);
        }
        assert!(is_fine && named, "{status} at {path} for {body}");
    }
}

#[tokio::test]
async fn forged_tokens_are_never_accepted() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus-of-tokens");
    std::fs::create_dir_all(&folder).expect("folder");
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let unsigned = format!("{none}.{}.", tokens.access().split('.').nth(1).expect("claims"));
    for (name, token) in [("access", tokens.access()), ("id", tokens.id()), ("none", &unsigned), ("short", "a.b.c")] {
        std::fs::write(folder.join(name), token).expect("written");
    }
    let ring = login.app.keys.ring().await.expect("keys");
    let signed_part = |token: &str| token.rsplit_once('.').map(|(signed, _)| signed.to_owned());
    let mut refused = 0;
    for input in Fuzz::new(&folder, &[".", "=", "eyJ", "none", "HS256", "A"], 4000).inputs() {
        let token = String::from_utf8_lossy(&input).into_owned();
        let access = ring.read_access_token(&token, ISSUER);
        let hint = ring.read_id_token_hint::<Value>(&token, ISSUER);
        assert!(access.is_none() || signed_part(&token) == signed_part(tokens.access()), "{token}");
        assert!(hint.is_none() || signed_part(&token) == signed_part(tokens.id()), "{token}");
        assert_eq!(login.app.verifier.verify(&token).await.is_ok(), access.is_some(), "{token}");
        refused += usize::from(access.is_none() && hint.is_none());
    }
    assert!(refused > 1000 && ring.read_access_token(tokens.access(), ISSUER).is_some());
}

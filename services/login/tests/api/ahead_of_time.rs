//! `HEAD`, a prefetch and a link previewer have no effect.

use reqwest::{Method, Response, StatusCode, Url, header};

use crate::harness::{TestApp, Tokens, authorize, json, location, parameter};

const PREVIEWER: (&str, &str) = ("user-agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)");

/// Requests that no person made.
const AHEAD: [(Method, &str, &str); 4] = [
    (Method::HEAD, "accept", "text/html"),
    (Method::GET, "sec-purpose", "prefetch"),
    (Method::GET, "sec-purpose", "prefetch;prerender"),
    (Method::GET, "x-moz", "prefetch"),
];

async fn send(login: &TestApp, path: &str, cookie: &str, (method, name, value): (Method, &str, &str)) -> Response {
    let request = login.http.request(method, login.url(path)).header(header::COOKIE, cookie).header(name, value);
    request.send().await.expect("response")
}

fn refuses(response: &Response) -> bool {
    let headers = response.headers();
    response.status() == StatusCode::FORBIDDEN
        && !headers.contains_key(header::LOCATION)
        && !headers.contains_key(header::SET_COOKIE)
        && headers[header::CACHE_CONTROL] == "no-store"
}

async fn is_signed_in(login: &TestApp, cookie: &str) -> bool {
    login.visit("/", cookie).await.text().await.expect("page text").contains("Ada")
}

#[tokio::test]
async fn a_code_is_issued_to_a_person_who_opens_the_request() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let request = authorize("public", &[]);
    for ahead in AHEAD {
        let answer = send(&login, &request, &cookie, ahead.clone()).await;
        assert!(refuses(&answer), "{ahead:?}: {answer:?}");
    }
    let codes: i64 = sqlx::query_scalar("SELECT count(*) FROM authorization_code")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(codes, 0);
    assert!(parameter(&location(&login.visit(&request, &cookie).await), "code").is_some());
}

#[tokio::test]
async fn a_sign_out_needs_a_person_who_opens_it() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let tokens = Tokens(json(login.exchange("public", &login.code(&cookie, "public").await).await).await);
    let path = format!("/logout?id_token_hint={}", tokens.id());
    for ahead in AHEAD {
        for cookie in [cookie.as_str(), ""] {
            let answer = send(&login, &path, cookie, ahead.clone()).await;
            assert!(refuses(&answer), "{ahead:?}: {answer:?}");
        }
    }
    let (name, value) = PREVIEWER;
    assert_eq!(send(&login, &path, "", (Method::GET, name, value)).await.status(), StatusCode::OK);
    assert!(is_signed_in(&login, &cookie).await);
    assert_eq!(login.visit(&path, "").await.status(), StatusCode::OK);
    assert!(!is_signed_in(&login, &cookie).await, "the hint ends the session");
}

#[tokio::test]
async fn a_way_back_is_kept_when_a_person_opens_the_sign_in() {
    let login = TestApp::start().await;
    let query = [("return_to", authorize("public", &[]))];
    let url = Url::parse_with_params("http://x/sign-in", query).expect("a URL");
    let path = format!("/sign-in?{}", url.query().expect("a query"));
    for ahead in AHEAD {
        let answer = send(&login, &path, "", ahead.clone()).await;
        assert_eq!((answer.status(), answer.headers().get(header::SET_COOKIE)), (StatusCode::OK, None), "{ahead:?}");
    }
    assert!(login.visit(&path, "").await.headers().contains_key(header::SET_COOKIE));
}

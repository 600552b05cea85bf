//! Error pages: for browsers in the person's language, for programs as problems.

use reqwest::{RequestBuilder, Response, StatusCode, header};

use crate::harness::{ISSUER, TestApp, refusal};

const FORM: &str = "application/x-www-form-urlencoded";

async fn as_browser(request: RequestBuilder, language: &str) -> Response {
    let request = request.header(header::ACCEPT, "text/html,*/*;q=0.8").header(header::ACCEPT_LANGUAGE, language);
    request.send().await.expect("response")
}

/// Requests that no page of login sends, with the status and the code of the problem.
fn failures(login: &TestApp) -> Vec<(RequestBuilder, StatusCode, &'static str)> {
    let post = |path: &str| login.http.post(login.url(path)).header(header::ORIGIN, ISSUER);
    vec![
        (login.http.get(login.url("/nowhere")), StatusCode::NOT_FOUND, "not_found"),
        (login.http.get(login.url("/sign-out")), StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        (login.http.post(login.url("/sign-in")).form(&[("email", "x")]), StatusCode::FORBIDDEN, "foreign_origin"),
        (post("/sign-in").body("x"), StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
        (
            post("/sign-in").header(header::CONTENT_TYPE, FORM).body("x".repeat((1 << 20) + 1)),
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
        ),
        (login.http.get(login.url("/members/x/remove")), StatusCode::UNPROCESSABLE_ENTITY, "invalid_request"),
    ]
}

#[tokio::test]
async fn a_browser_gets_a_page_and_a_program_a_problem() {
    let login = TestApp::start().await;
    for (request, status, code) in failures(&login) {
        let answer = request.send().await.expect("response");
        assert_eq!(refusal(answer).await, (status, code.to_owned()));
    }
    for (language, home) in [("en", "Go to the home page"), ("ko", "홈으로")] {
        for (request, status, code) in failures(&login) {
            let answer = as_browser(request, language).await;
            assert_eq!(answer.status(), status, "{code}");
            assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{code}");
            assert!(answer.headers().contains_key("content-security-policy"), "{code}");
            let page = answer.text().await.expect("a page");
            assert!(page.contains(&format!("<html lang=\"{language}\">")) && page.contains(home), "{code}: {page}");
        }
    }
}

#[tokio::test]
async fn an_error_page_is_in_the_language_of_the_person() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let amys = login.sign_in(&login.member(&admin, "amy").await).await;
    let request = login.http.get(login.url("/nowhere")).header(header::COOKIE, &amys);
    let page = as_browser(request, "en").await.text().await.expect("a page");
    assert!(page.contains("페이지를 찾을 수 없습니다"), "{page}");
}

#[tokio::test]
async fn a_program_that_asks_for_json_gets_the_problem_of_a_page() {
    let login = TestApp::start().await;
    for (path, status, code) in [
        ("/verify/nothing", StatusCode::NOT_FOUND, "sign_up_not_found"),
        ("/invitations/nothing", StatusCode::NOT_FOUND, "invitation_not_found"),
        ("/authorize?client_id=nobody", StatusCode::BAD_REQUEST, "invalid_request"),
    ] {
        let request = login.http.get(login.url(path)).header(header::ACCEPT, "application/json");
        let (got, named) = refusal(request.send().await.expect("response")).await;
        assert_eq!(got, status, "{path}");
        assert!(named == code || path.starts_with("/authorize"), "{path}: {named}");
        let page = as_browser(login.http.get(login.url(path)), "en").await;
        assert_eq!(
            (page.status(), &page.headers()["content-type"]),
            (status, &"text/html; charset=utf-8".parse().expect("a type"))
        );
    }
}

#[tokio::test]
async fn an_address_of_programs_never_answers_with_a_page() {
    let login = TestApp::start().await;
    for path in ["/.well-known/openid-configuration", "/jwks", "/token", "/revoke", "/introspect", "/userinfo"] {
        let large = login.http.post(login.url(path)).header(header::CONTENT_TYPE, FORM).body("x".repeat((1 << 20) + 1));
        for request in [login.http.delete(login.url(path)), login.http.get(login.url(path)), large] {
            let answer = as_browser(request, "en").await;
            if !answer.status().is_success() {
                let (status, name) = refusal(answer).await;
                assert!(status.is_client_error(), "{path}: {name}");
            }
        }
    }
    let request = login.http.post(login.url("/token")).form(&[("grant_type", "client_credentials")]);
    assert_eq!(refusal(as_browser(request, "en").await).await, (StatusCode::UNAUTHORIZED, "invalid_client".to_owned()));
}

#[tokio::test]
async fn a_refused_form_is_a_page_or_a_problem() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let sign_in = |email: &str| {
        let request =
            login.http.post(login.url("/sign-in")).form(&[("email", email), ("password", "a wrong password")]);
        request.header(header::ORIGIN, ISSUER)
    };
    let as_program = async |email: &str| {
        let answer = sign_in(email).header(header::ACCEPT, "application/json").send().await.expect("response");
        (answer.headers().contains_key(header::RETRY_AFTER), refusal(answer).await)
    };
    let (_, refused) = as_program(&acme.admin_email).await;
    assert_eq!(refused, (StatusCode::UNAUTHORIZED, "bad_credentials".to_owned()));
    let (_, refused) = as_program("not an address").await;
    assert_eq!(refused, (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request".to_owned()));
    for _ in 0..9 {
        as_program(&acme.admin_email).await;
    }
    let (has_wait, refused) = as_program(&acme.admin_email).await;
    assert_eq!((has_wait, refused), (true, (StatusCode::TOO_MANY_REQUESTS, "too_many_tries".to_owned())));
    let page = as_browser(sign_in(&acme.admin_email), "en").await;
    assert_eq!(page.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers().contains_key(header::RETRY_AFTER));
    assert!(page.text().await.expect("a page").contains("There were too many tries"));
}

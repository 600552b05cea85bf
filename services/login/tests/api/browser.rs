//! Sign-in, consent and sign-out in Chromium, whose `form-action` also holds for redirects.

use std::io::Write;

use axum::{Router, extract::RawQuery, response::Redirect, routing::get};
use reqwest::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    chromium::Chromium,
    foreign_client::{admin, served},
    harness::{PASSWORD, TestApp, authorize, cookie, location, parameter},
    third_party::text,
};

/// A client on an IPv6 loopback address. Its callback redirects on to another origin, which is returned too.
async fn client() -> Result<(String, String), String> {
    let end = support::serve(Router::new().route("/end", get(async || "arrived"))).await;
    let listener = TcpListener::bind("[::1]:0").await.map_err(|error| format!("no IPv6 loopback address: {error}"))?;
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    let target = format!("{end}/end");
    let onward = move |RawQuery(query): RawQuery| {
        let address = format!("{target}?{}", query.unwrap_or_default());
        async move { Redirect::to(&address) }
    };
    let router = Router::new().route("/cb", get(onward.clone())).route("/bye", get(onward));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((base, end))
}

#[tokio::test]
async fn a_browser_reaches_any_registered_address() {
    let (browser, (base, end)) = match (Chromium::start().await, client().await) {
        (Ok(browser), Ok(client)) => (browser, client),
        (Err(why), _) | (_, Err(why)) => {
            // Written to stderr directly, because the harness captures the output of passing tests.
            writeln!(std::io::stderr(), "SKIPPED the browser: {why}").expect("standard error");
            return;
        }
    };
    let login = served().await;
    let (tenant, tokens) = admin(&login).await;
    let (callback, bye) = (format!("{base}/cb"), format!("{base}/bye"));
    let new = json!({"redirect_uris": [callback], "post_logout_redirect_uris": [bye]});
    let created = login.register(&tokens, &new).await;
    let client_id = text(&created, "client_id");

    let request = login.url(&authorize(client_id, &[("redirect_uri", &callback)]));
    browser.open(&request).await;
    browser.fill_in("input[name='email']", &tenant.admin_email).await;
    browser.fill_in("input[name='password']", PASSWORD).await;
    browser.click("main form button[type='submit']").await;
    browser.arrives_at(&login.url("/consent?")).await;
    browser.click("button[value='deny']").await;
    let denied = browser.arrives_at(&format!("{end}/end?")).await;
    assert_eq!(parameter(&denied, "error").as_deref(), Some("access_denied"));

    browser.open(&request).await;
    browser.click("button[value='allow']").await;
    let allowed = browser.arrives_at(&format!("{end}/end?")).await;
    assert!(parameter(&allowed, "code").is_some(), "{allowed}");

    // The sign-in itself now leads to the client, because the consent is stored.
    browser.open(&format!("{request}&prompt=login")).await;
    browser.fill_in("input[name='email']", &tenant.admin_email).await;
    browser.fill_in("input[name='password']", PASSWORD).await;
    browser.click("main form button[type='submit']").await;
    let again = browser.arrives_at(&format!("{end}/end?")).await;
    assert!(parameter(&again, "code").is_some_and(|code| parameter(&allowed, "code") != Some(code)), "{again}");

    let sign_out = [("client_id", client_id), ("post_logout_redirect_uri", bye.as_str()), ("state", "bye")];
    let sign_out = reqwest::Url::parse_with_params(&login.url("/logout"), sign_out).expect("an address");
    browser.open(sign_out.as_str()).await;
    browser.click("button[name='confirm']").await;
    browser.arrives_at(&format!("{end}/end?state=bye")).await;
}

#[tokio::test]
async fn forms_are_answered_with_a_page_in_browsers_and_with_a_redirect_elsewhere() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let form = location(&login.visit(&authorize("public", &[]), "").await);
    let fields = [("email", acme.admin_email.as_str()), ("password", PASSWORD)];
    let send = async |headers: &[(&str, &str)]| {
        let request = login.http.post(login.url(&form)).form(&fields).header("origin", crate::harness::ISSUER);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.expect("response")
    };
    let html = ("accept", "text/html,application/xhtml+xml");
    for program in [vec![], vec![html], vec![html, ("user-agent", "python-requests/2.32")]] {
        let answer = send(&program).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{program:?}");
        assert!(location(&answer).starts_with("/authorize?"), "{program:?}");
    }
    // Over plain HTTP, a browser sends no `Sec-Fetch-Mode`.
    let plain = send(&[html, ("user-agent", "Mozilla/5.0 (X11; Linux x86_64)")]).await;
    assert_eq!(plain.status(), StatusCode::OK);
    let page = send(&[html, ("sec-fetch-mode", "navigate")]).await;
    assert_eq!((page.status(), page.headers().get("location")), (StatusCode::OK, None));
    assert!(cookie(&page).starts_with("login_session="));
    assert_eq!(page.headers()["cache-control"], "no-store");
    let page = page.text().await.expect("page text");
    assert!(page.contains(r#"<meta http-equiv="refresh" content="0;url=/authorize?"#), "{page}");
    assert!(page.contains(r#"href="/authorize?"#), "a link for browsers that do not navigate by themselves: {page}");
}

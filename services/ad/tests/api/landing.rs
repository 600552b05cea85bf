//! Landing URLs: what is stored and sent is limited.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    harness::{Tenant, TestApp},
    requests::campaign_body,
};

/// The smallest default of nginx's `proxy_buffer_size`. Longer headers are answered with 502.
const NGINX_BUFFER: usize = 4_096;

const PAGE: &str = "https://travel.example/";

async fn create(test: &TestApp, tenant: &Tenant, landing_url: &str) -> (u16, Value) {
    let mut body = campaign_body("KRW");
    body["landing_url"] = landing_url.into();
    test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await
}

async fn click(test: &TestApp, tenant: &Tenant, campaign: &Value) -> Response {
    let id = campaign["campaign_id"].as_str().expect("an id").parse().expect("an id");
    let serve = test.serve(tenant, tenant, id, 100);
    test.seen(&serve).await;
    let token = test.app.links.token(&serve);
    test.browse(&format!("/c/{token}")).await
}

/// The bytes from the status line to the empty line.
fn head_bytes(answer: &Response) -> usize {
    let status = format!("HTTP/1.1 {}\r\n\r\n", answer.status());
    status.len() + answer.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>()
}

#[tokio::test]
async fn the_limit_is_for_the_encoded_url() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let (status, problem) = create(&test, &tenant, &format!("{PAGE}{}", "가".repeat(653))).await;
    let error = &problem["errors"][0];
    assert_eq!((status, &error["field"], &error["code"]), (422, &json!("landing_url"), &json!("too_long")));
    assert!(error["detail"].as_str().is_some_and(|detail| detail.contains("2000 bytes")), "{error}");
    assert_eq!(test.count("SELECT count(*) FROM campaign").await, 0);

    let longest = format!("{PAGE}{}", "x".repeat(2_000 - PAGE.len()));
    let (status, campaign) = create(&test, &tenant, &longest).await;
    assert_eq!((status, &campaign["landing_url"]), (201, &json!(longest)));
    let answer = click(&test, &tenant, &campaign).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &longest.parse().expect("a header")));
    assert!(head_bytes(&answer) < NGINX_BUFFER, "{}", head_bytes(&answer));
}

#[tokio::test]
async fn a_host_is_stored_as_a_labels() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let (status, campaign) = create(&test, &tenant, "HTTPS://한강.Example/봄?q=여행").await;
    let stored = "https://xn--939at69e.example/%EB%B4%84?q=%EC%97%AC%ED%96%89";
    assert_eq!((status, &campaign["landing_url"]), (201, &json!(stored)));
    let answer = click(&test, &tenant, &campaign).await;
    assert_eq!(answer.headers()["location"], stored);
}

#[tokio::test]
async fn a_host_that_dns_cannot_have_is_refused() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    for host in ["가나다라마바사아자차".repeat(7), "a".repeat(64), "a..b".into()] {
        let (status, problem) = create(&test, &tenant, &format!("https://{host}.example/")).await;
        let error = &problem["errors"][0];
        assert_eq!(
            (status, &error["field"], &error["code"]),
            (422, &json!("landing_url"), &json!("malformed")),
            "{host}"
        );
    }
    assert_eq!(test.count("SELECT count(*) FROM campaign").await, 0);
}

#[tokio::test]
async fn a_page_leads_on_to_a_url_of_an_earlier_version_that_fits_no_header() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let (_, campaign) = create(&test, &tenant, PAGE).await;
    let old = format!("{PAGE}{}?a=1&b=2", "%EA%B0%80".repeat(653));
    sqlx::query("UPDATE campaign SET landing_url = $1").bind(&old).execute(&test.superuser).await.expect("stored");
    let answer = click(&test, &tenant, &campaign).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["cache-control"]),
        (200, &"no-store".parse().expect("a header"))
    );
    assert!(head_bytes(&answer) < NGINX_BUFFER, "{}", head_bytes(&answer));
    let page = answer.text().await.expect("a page");
    assert!(page.contains(&format!("url={}\"", old.replace('&', "&amp;"))), "{page}");
    assert_eq!(test.count("SELECT count(*) FROM charge").await, 1);
}

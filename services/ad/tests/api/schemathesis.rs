//! schemathesis generates requests from the OpenAPI document: no 5xx, and no undocumented response.

use crate::harness::TestApp;

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml");

#[tokio::test(flavor = "multi_thread")]
async fn generated_requests_get_documented_responses() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.app.index.refresh().await.expect("an index");
    let document = test.url("/openapi.json");
    support::schemathesis("ad's API by schemathesis", SETTINGS, document, &tenant.admin_token).await;
}

//! schemathesis generates requests from the OpenAPI document: no 5xx, and no undocumented response.

use crate::harness::TestApp;

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml");

#[tokio::test(flavor = "multi_thread")]
async fn generated_requests_get_documented_responses() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let document = login.url("/openapi.json");
    support::schemathesis("login's API by schemathesis", SETTINGS, document, admin.access()).await;
}

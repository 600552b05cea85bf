//! schemathesis generates requests from the OpenAPI document: no 5xx, and no undocumented response.

use chassis::auth::Role;

use crate::harness::TestApp;

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml");

#[tokio::test(flavor = "multi_thread")]
async fn generated_requests_get_documented_responses() {
    let test = TestApp::alone().await;
    let token = test.oidc.access_token(test.person(), &[Role::Member, Role::Admin]);
    let document = format!("{}/openapi.json", test.base);
    support::schemathesis("mypage's API by schemathesis", SETTINGS, document, &token).await;
}

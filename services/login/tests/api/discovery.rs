use reqwest::StatusCode;
use serde_json::Value;

use crate::harness::{ISSUER, TestApp, json};

#[tokio::test]
async fn each_endpoint_of_discovery_exists() {
    let login = TestApp::start().await;
    let document = json(login.visit("/.well-known/openid-configuration", "").await).await;
    assert_eq!(document["issuer"], ISSUER);
    let scopes = serde_json::json!(["openid", "profile", "email", "offline_access", "api"]);
    assert_eq!(document["scopes_supported"], scopes, "without `internal`, which only first-party clients have");
    let addresses = document
        .as_object()
        .expect("an object")
        .iter()
        .filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
    for (name, address) in addresses {
        let path = address.as_str().and_then(|address| address.strip_prefix(ISSUER)).expect("one of ours");
        let response = login.visit(path, "").await;
        assert_ne!(response.status(), StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn replicas_serve_the_same_public_keys() {
    let login = TestApp::start().await;
    let served = json(login.visit("/jwks", "").await).await;
    let keys = served["keys"].as_array().expect("keys");
    let algorithms: Vec<_> = keys.iter().map(|key| key["alg"].as_str().expect("a name")).collect();
    assert_eq!(algorithms, ["ES256", "RS256"]);
    for key in keys {
        assert!(["d", "p", "q", "dp", "dq", "qi", "k"].iter().all(|private| key.get(private).is_none()), "{key}");
    }
    let replica = login::keys::Keys::new(login.app.db.clone(), login.app.sealer.clone(), login.clock.clone());
    let (one, other) = tokio::join!(replica.ring(), login.app.keys.ring());
    let text = |ring: &login::keys::Ring| serde_json::to_value(ring.public()).expect("JSON");
    assert_eq!(text(&one.expect("keys")), text(&other.expect("keys")));
    let sealed: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT sealed FROM signing_key").fetch_all(&login.superuser().await).await.expect("keys");
    assert_eq!(sealed.len(), 2);
}

#[tokio::test]
async fn readiness_checks_schema_and_keys() {
    let login = TestApp::start().await;
    // On a busy machine, a check may take longer than the limit.
    support::eventually("readiness", || async {
        (login.app.readiness().report().await == [("schema", Ok(())), ("keys", Ok(()))]).then_some(())
    })
    .await;
    let _: Value = json(login.visit("/jwks", "").await).await;
}

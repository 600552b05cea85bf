use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{REDIRECT, TestApp, authorize, claims, json, parameter, refusal};

#[tokio::test]
async fn a_tenants_client_signs_in_only_its_own_people() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let other = login.tenant("other").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"client_name": "Wiki", "token_endpoint_auth_method": "none", "redirect_uris": [REDIRECT]});
    let created = json(login.post("/v1/clients", Some(admin.access()), &new).await).await;
    let client_id = created["client_id"].as_str().expect("an id").to_owned();
    assert_eq!(created.get("client_secret"), None, "a public client has none");

    let cookie = login.sign_in(&acme.admin_email).await;
    let code = parameter(&login.allow(&authorize(&client_id, &[]), &cookie).await, "code").expect("a code");
    assert_eq!(login.exchange(&client_id, &code).await.status(), StatusCode::OK);
    let outsider = login.sign_in(&other.admin_email).await;
    let answer = login.visit(&authorize(&client_id, &[]), &outsider).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(answer.text().await.expect("page text").contains("access_denied"));
}

#[tokio::test]
async fn a_secret_is_returned_again_only_to_a_repeated_request() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"client_name": "Bot", "grant_types": ["client_credentials"], "scope": "api"});
    let send = async || {
        let request =
            login.http.post(login.url("/v1/clients")).bearer_auth(admin.access()).header("idempotency-key", "k");
        json(request.json(&new).send().await.expect("response")).await
    };
    let created = send().await;
    assert_eq!(send().await, created);
    let secret = created["client_secret"].as_str().expect("a secret");
    let stored: String = sqlx::query_scalar("SELECT body::text FROM idempotency_key")
        .fetch_one(&login.superuser().await)
        .await
        .expect("stored");
    assert!(!stored.contains(secret), "stored encrypted");

    let listed = json(login.get("/v1/clients", admin.access()).await).await;
    assert_eq!(listed["items"][0]["client_id"], created["client_id"]);
    assert_eq!(listed["items"][0].get("client_secret"), None);

    let client_id = created["client_id"].as_str().expect("an id");
    let request = login.http.post(login.url("/token")).basic_auth(client_id, Some(secret));
    let tokens = json(request.form(&[("grant_type", "client_credentials")]).send().await.expect("response")).await;
    let claims = claims(tokens["access_token"].as_str().expect("a token"));
    assert_eq!(claims["tenant_id"], acme.tenant_id, "bound to its tenant");
}

#[tokio::test]
async fn only_admins_register_clients_and_each_error_names_its_field() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let member = login.tokens(&login.member(&admin, "amy").await).await;
    let new = json!({"client_name": "Wiki", "redirect_uris": [REDIRECT]});
    let forbidden = login.post("/v1/clients", Some(member.access()), &new).await;
    assert_eq!(refusal(forbidden).await, (StatusCode::FORBIDDEN, "forbidden".to_owned()));
    assert_eq!(login.get("/v1/clients", member.access()).await.status(), StatusCode::FORBIDDEN);

    let wrong = json!({
        "client_name": "", "token_endpoint_auth_method": "none", "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": ["https://good.example/", "http://evil.example/"], "scope": "root",
    });
    let problem = json(login.post("/v1/clients", Some(admin.access()), &wrong).await).await;
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    assert_eq!(fields, ["client_name", "grant_types", "grant_types", "redirect_uris[1]", "scope"]);
}

#[tokio::test]
async fn a_tenants_client_never_gets_the_scope_internal() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let mut new = json!({"client_name": "Bot", "grant_types": ["client_credentials"], "scope": "api internal"});
    let refused = login.post("/v1/clients", Some(admin.access()), &new).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json(refused).await["errors"][0]["field"], "scope");

    new["scope"] = json!("api");
    let created = json(login.post("/v1/clients", Some(admin.access()), &new).await).await;
    let text = |field: &str| created[field].as_str().expect("text").to_owned();
    // Even with the scope in the database, it is not granted.
    sqlx::query("UPDATE client SET scope = 'api internal'").execute(&login.superuser().await).await.expect("updated");
    for (requested, expected) in [("", "api"), ("api internal", "api")] {
        let request = login.http.post(login.url("/token")).basic_auth(text("client_id"), Some(text("client_secret")));
        let tokens = request.form(&[("grant_type", "client_credentials"), ("scope", requested)]).send().await;
        assert_eq!(json(tokens.expect("response")).await["scope"], expected, "{requested}");
    }
}

use login::usecase::tenants::change_tenant::suspend_tenant;
use reqwest::StatusCode;
use serde_json::json as object;

use crate::harness::{TestApp, claims, json, refusal};

#[tokio::test]
async fn a_first_party_client_gets_a_token_without_a_tenant() {
    let login = TestApp::start().await;
    let request = login.http.post(login.url("/token")).basic_auth("confidential", Some("hush"));
    let response = request.form(&[("grant_type", "client_credentials")]).send().await.expect("response");
    assert_eq!(response.status(), StatusCode::OK);
    let tokens = json(response).await;
    assert_eq!((tokens.get("id_token"), tokens.get("refresh_token")), (None, None));
    assert_eq!(tokens["scope"], "api", "scopes about a person are left out");
    let claims = claims(tokens["access_token"].as_str().expect("a token"));
    assert_eq!((&claims["sub"], claims.get("tenant_id"), claims.get("sid")), (&"confidential".into(), None, None));
}

#[tokio::test]
async fn a_client_gets_only_scopes_that_it_is_registered_with() {
    let login = TestApp::start().await;
    for (client_id, expected) in [("product", "api internal"), ("confidential", "api")] {
        let request = login.http.post(login.url("/token")).basic_auth(client_id, Some("hush"));
        let form = [("grant_type", "client_credentials"), ("scope", "api internal")];
        let tokens = json(request.form(&form).send().await.expect("response")).await;
        assert_eq!(tokens["scope"], expected);
        assert_eq!(claims(tokens["access_token"].as_str().expect("a token"))["scope"], expected);
    }
}

#[tokio::test]
async fn a_service_token_cannot_act_as_a_person() {
    let login = TestApp::start().await;
    let fields = [("grant_type", "client_credentials"), ("client_id", "confidential"), ("client_secret", "hush")];
    let tokens = json(login.token(&fields).await).await;
    let token = tokens["access_token"].as_str().expect("a token");
    for path in ["/v1/members", "/v1/tenant", "/v1/sessions", "/v1/invitations", "/v1/clients", "/userinfo"] {
        assert_eq!(
            refusal(login.get(path, token).await).await,
            (StatusCode::FORBIDDEN, "person_required".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_suspended_tenants_client_gets_no_token_and_its_tokens_are_inactive() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = object!({"client_name": "Export", "grant_types": ["client_credentials"], "scope": "api"});
    let client = json(login.post("/v1/clients", Some(admin.access()), &new).await).await;
    let text = |field: &str| client[field].as_str().expect("text").to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let ask = async || {
        let request = login.http.post(login.url("/token")).basic_auth(&id, Some(&secret));
        request.form(&[("grant_type", "client_credentials")]).send().await.expect("response")
    };
    let token = json(ask().await).await["access_token"].as_str().expect("a token").to_owned();
    let is_active = async || {
        let request = login.http.post(login.url("/introspect")).basic_auth("product", Some("hush"));
        json(request.form(&[("token", &token)]).send().await.expect("response")).await["active"] == true
    };
    assert!(is_active().await);
    suspend_tenant(&login.app, "acme").await.expect("suspended");
    assert_eq!(refusal(ask().await).await, (StatusCode::UNAUTHORIZED, "invalid_client".to_owned()));
    assert!(!is_active().await);
}

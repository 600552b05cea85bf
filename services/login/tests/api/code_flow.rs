use chassis::auth::Caller;
use chrono::Duration;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ISSUER, TestApp, Tokens, authorize, claims, json, location, parameter, refusal};

#[tokio::test]
async fn a_code_is_exchanged_for_tokens() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let answer = location(&login.visit(&authorize("public", &[]), &cookie).await);
    assert!(answer.starts_with("http://127.0.0.1:9999/callback?code="), "{answer}");
    assert_eq!(parameter(&answer, "state").as_deref(), Some("a state"));
    assert_eq!(parameter(&answer, "iss").as_deref(), Some(ISSUER));

    let response = login.exchange("public", &parameter(&answer, "code").expect("a code")).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let tokens = Tokens(json(response).await);
    assert_eq!((&tokens.0["token_type"], &tokens.0["expires_in"]), (&json!("Bearer"), &json!(300)));
    assert_eq!(tokens.0["scope"], "openid profile email api");

    let keys: JwkSet = serde_json::from_value(json(login.visit("/jwks", "").await).await).expect("keys");
    let access = checked(&keys, tokens.access(), Algorithm::ES256, "at+jwt");
    assert_eq!(access["aud"], format!("{ISSUER}/api"));
    assert_eq!((&access["sub"], &access["tenant_id"]), (&json!(tenant.admin_id), &json!(tenant.tenant_id)));
    assert_eq!((&access["client_id"], &access["roles"]), (&json!("public"), &json!(["member", "admin"])));
    assert_eq!(access["exp"].as_i64(), access["iat"].as_i64().map(|iat| iat + 300));

    let id = checked(&keys, tokens.id(), Algorithm::RS256, "JWT");
    let now = login.clock.now().timestamp();
    let expected = json!({
        "iss": ISSUER, "sub": tenant.admin_id, "aud": "public", "exp": now + 300, "iat": now, "auth_time": now,
        "amr": ["pwd"],
        "nonce": "a nonce", "sid": access["sid"], "email": "admin@acme.example", "email_verified": true,
        "name": "Ada", "locale": "en",
        "tenant_id": tenant.tenant_id, "tenant_name": "Company acme", "roles": ["member", "admin"],
    });
    assert_eq!(id, expected);

    for method in [reqwest::Method::GET, reqwest::Method::POST] {
        let request = login.http.request(method, login.url("/userinfo")).bearer_auth(tokens.access());
        let info = json(request.send().await.expect("response")).await;
        assert_eq!((&info["sub"], &info["email"]), (&json!(tenant.admin_id), &json!("admin@acme.example")));
    }
    assert!(matches!(login.app.verifier.verify(tokens.access()).await, Ok(Caller::Person(_))));
    assert_eq!(
        login.get("/userinfo", tokens.id()).await.status(),
        StatusCode::UNAUTHORIZED,
        "an ID token grants no access"
    );
}

fn checked(keys: &JwkSet, token: &str, algorithm: Algorithm, kind: &str) -> Value {
    let header = jsonwebtoken::decode_header(token).expect("a header");
    assert_eq!((header.alg, header.typ.as_deref()), (algorithm, Some(kind)));
    let key = DecodingKey::from_jwk(keys.find(&header.kid.expect("a kid")).expect("served")).expect("a key");
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode::<Value>(token, &key, &validation).expect("signed").claims
}

#[tokio::test]
async fn a_confidential_client_authenticates_by_header_or_body() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    for by_header in [true, false] {
        let code = login.code(&cookie, "confidential").await;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("redirect_uri", crate::harness::REDIRECT),
            ("code", code.as_str()),
            ("code_verifier", crate::harness::VERIFIER),
        ];
        let request = login.http.post(login.url("/token"));
        let request = if by_header {
            request.basic_auth("confidential", Some("hush"))
        } else {
            fields.extend([("client_id", "confidential"), ("client_secret", "hush")]);
            request
        };
        assert_eq!(request.form(&fields).send().await.expect("response").status(), StatusCode::OK);
        let unproved = login.exchange("confidential", &code).await;
        assert_eq!(refusal(unproved).await, (StatusCode::UNAUTHORIZED, "invalid_client".to_owned()));
    }
}

#[tokio::test]
async fn scopes_decide_which_claims_are_returned() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let get = async |scope: &str| {
        let answer = location(&login.visit(&authorize("public", &[("scope", scope)]), &cookie).await);
        json(login.exchange("public", &parameter(&answer, "code").expect("a code")).await).await
    };
    let few = get("openid").await;
    let id = claims(few["id_token"].as_str().expect("an ID token"));
    assert_eq!((id.get("email"), id.get("name"), id.get("locale")), (None, None, None));
    let none = get("api unheard_of").await;
    assert_eq!((none.get("id_token"), &none["scope"]), (None, &json!("api")));
    let userinfo = login.get("/userinfo", none["access_token"].as_str().expect("a token")).await;
    assert_eq!(refusal(userinfo).await, (StatusCode::FORBIDDEN, "insufficient_scope".to_owned()));
}

#[tokio::test]
async fn prompt_and_max_age_are_obeyed() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let ask = async |changes: &[(&str, &str)], cookie: &str| {
        location(&login.visit(&authorize("public", changes), cookie).await)
    };
    let silent = ask(&[("prompt", "none")], "").await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("login_required"));
    assert!(parameter(&ask(&[("prompt", "none")], &cookie).await, "code").is_some());
    assert!(ask(&[("prompt", "login")], &cookie).await.starts_with("/sign-in?"));
    login.clock.advance(Duration::seconds(90));
    assert!(parameter(&ask(&[("max_age", "100")], &cookie).await, "code").is_some());
    let too_old = ask(&[("max_age", "60")], &cookie).await;
    assert!(too_old.starts_with("/sign-in?"), "{too_old}");
}

#[tokio::test]
async fn a_native_client_listens_on_any_port() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let ask = authorize("native", &[("redirect_uri", "http://127.0.0.1:51004/cb")]);
    assert!(location(&login.visit(&ask, &cookie).await).starts_with("http://127.0.0.1:51004/cb?code="));
    // A registered port is part of the address, also the default port.
    let ask = authorize("native", &[("redirect_uri", "http://127.0.0.1:80/p80")]);
    assert!(location(&login.visit(&ask, &cookie).await).starts_with("http://127.0.0.1/p80?code="));
}

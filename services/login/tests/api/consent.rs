use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{TestApp, authorize, json, location, parameter, refusal},
    third_party::text,
};

#[tokio::test]
async fn consent_is_requested_once_and_again_for_more_scopes() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({"client_name": "<Wiki>"})).await;
    let client_id = text(&created, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    let few = authorize(client_id, &[("scope", "openid email")]);

    let address = location(&login.visit(&few, &cookie).await);
    let page = login.visit(&address, &cookie).await;
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:9999;"), "{policy}");
    let page = page.text().await.expect("page text");
    for expected in ["&#60;Wiki&#62;", "Company acme", "see your e-mail address", "127.0.0.1"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("use the products on your behalf"), "only requested scopes");

    assert!(parameter(&login.allow(&few, &cookie).await, "code").is_some());
    assert!(parameter(&location(&login.visit(&few, &cookie).await), "code").is_some(), "stored");
    let silent = authorize(client_id, &[("scope", "openid email"), ("prompt", "none")]);
    assert!(parameter(&location(&login.visit(&silent, &cookie).await), "code").is_some());
    let more = authorize(client_id, &[("scope", "openid api"), ("prompt", "none")]);
    let refused = location(&login.visit(&more, &cookie).await);
    assert_eq!(parameter(&refused, "error").as_deref(), Some("consent_required"));
    assert!(parameter(&refused, "iss").is_some());
    assert!(
        parameter(&login.allow(&authorize(client_id, &[("scope", "openid api")]), &cookie).await, "code").is_some()
    );
    let both = authorize(client_id, &[("scope", "openid email api")]);
    assert!(parameter(&location(&login.visit(&both, &cookie).await), "code").is_some(), "consents add up");
    let again = authorize(client_id, &[("scope", "openid email"), ("prompt", "consent")]);
    assert!(parameter(&login.allow(&again, &cookie).await, "code").is_some(), "requested again only once");
}

/// An earlier release registered such an address.
#[tokio::test]
async fn a_redirect_host_adds_no_directive_to_the_policy() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wrong =
        ["https://a;sandbox/cb", "https:rp.example/cb", "https:///rp.example/cb", "https://rp.example\\@evil.example/"];
    for address in wrong {
        let new = json!({"client_name": "Wiki", "redirect_uris": [address]});
        let refused = json(login.post("/v1/clients", Some(admin.access()), &new).await).await;
        assert_eq!(text(&refused["errors"][0], "field"), "redirect_uris[0]", "{address}");
    }
    let created = login.register(&admin, &json!({})).await;
    let stored = sqlx::query("UPDATE client SET redirect_uris = ARRAY[$1]").bind(wrong[0]);
    stored.execute(&login.superuser().await).await.expect("updated");
    let cookie = login.sign_in(&acme.admin_email).await;
    let request = authorize(text(&created, "client_id"), &[("redirect_uri", wrong[0])]);
    let consent = login.visit(&location(&login.visit(&request, &cookie).await), &cookie).await;
    let policy = consent.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("form-action 'self';") && !policy.contains("sandbox"), "{policy}");
}

#[tokio::test]
async fn a_denial_is_returned_to_the_client_and_not_stored() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({})).await;
    let ask = authorize(text(&created, "client_id"), &[]);
    let cookie = login.sign_in(&acme.admin_email).await;
    let page = location(&login.visit(&ask, &cookie).await);
    for answer in ["deny", ""] {
        let refused = location(&login.form(&page, &cookie, &[("answer", answer)]).await);
        assert!(refused.starts_with("http://127.0.0.1:9999/callback?error=access_denied"), "{refused}");
        assert_eq!(parameter(&refused, "state").as_deref(), Some("a state"));
    }
    assert!(location(&login.visit(&ask, &cookie).await).starts_with("/consent?"));
    let foreign = login.http.post(login.url(&page)).header("cookie", &cookie).header("origin", "http://evil.example");
    let foreign = foreign.form(&[("answer", "allow")]).send().await.expect("response");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "another site cannot consent");
    assert!(
        location(&login.form(&page, "", &[("answer", "allow")]).await).starts_with("/authorize?"),
        "an anonymous caller cannot either"
    );
    let elsewhere = login.form("/consent?return_to=http://evil.example", &cookie, &[("answer", "allow")]).await;
    assert_eq!(location(&elsewhere), "/");
}

#[tokio::test]
async fn a_consent_is_listed_and_withdrawn() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let api = "https://wiki.example/api";
    let wiki = login.register(&admin, &json!({"resources": [api]})).await;
    let chat = login.register(&admin, &json!({"client_name": "Chat"})).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let tokens = login.tokens_of(text(&wiki, "client_id"), &cookie, &[("resource", api)]).await;
    let other = login.tokens_of(text(&chat, "client_id"), &cookie, &[]).await;
    let listed = login.visit("/consents", &cookie).await.text().await.expect("page text");
    assert!(listed.contains("Wiki") && listed.contains("Chat"));
    assert_eq!(listed.matches(api).count(), 1, "only of the requesting client: {listed}");

    let path = format!("/consents/{}/withdraw", text(&wiki, "client_id"));
    assert_eq!(location(&login.form(&path, &cookie, &[]).await), "/consents");
    let listed = login.visit("/consents", &cookie).await.text().await.expect("page text");
    assert!(!listed.contains("Wiki") && listed.contains("Chat"));
    let refresh = async |client: &serde_json::Value, token: &str| {
        let client_id = text(client, "client_id");
        login.token(&[("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", token)]).await
    };
    assert_eq!(refusal(refresh(&wiki, tokens.refresh()).await).await.1, "invalid_grant");
    assert_eq!(refresh(&chat, other.refresh()).await.status(), StatusCode::OK);
    assert!(location(&login.visit(&authorize(text(&wiki, "client_id"), &[]), &cookie).await).starts_with("/consent?"));
}

#[tokio::test]
async fn first_party_clients_need_no_consent() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let ask = authorize("public", &[("prompt", "consent")]);
    assert!(parameter(&location(&login.visit(&ask, &cookie).await), "code").is_some());
}

#[tokio::test]
async fn select_account_offers_the_current_and_another_account() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let cookie = login.sign_in(&acme.admin_email).await;
    let ask = authorize("public", &[("prompt", "select_account"), ("login_hint", "bob@other.example")]);
    let select = location(&login.visit(&ask, &cookie).await);
    assert!(select.starts_with("/select-account?"), "{select}");
    let page = login.visit(&select, &cookie).await.text().await.expect("page text");
    assert!(page.contains("admin@acme.example") && page.contains("Public"), "{page}");
    let links: Vec<_> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let link = |start: &str| {
        let found = links.iter().find(|link| link.starts_with(start)).unwrap_or_else(|| panic!("{start} in {links:?}"));
        found.replace("&#38;", "&").replace("&amp;", "&")
    };
    assert!(parameter(&location(&login.visit(&link("/authorize?"), &cookie).await), "code").is_some(), "the same");
    let sign_in = link("/sign-in?");
    let form = login.visit(&sign_in, &cookie).await.text().await.expect("page text");
    assert!(form.contains(r#"value="bob@other.example""#), "the hint fills the address: {form}");
    let fields = [("email", other.admin_email.as_str()), ("password", crate::harness::PASSWORD)];
    let signed_in = login.form(&sign_in, &cookie, &fields).await;
    let back = login.visit(&location(&signed_in), &crate::harness::cookie(&signed_in)).await;
    assert!(parameter(&location(&back), "code").is_some(), "another");
    assert!(location(&login.visit(&ask, "").await).starts_with("/sign-in?"), "without a session: sign-in page");
}

#[tokio::test]
async fn an_id_token_hint_of_another_person_is_refused() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (own, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let cookie = login.sign_in(&acme.admin_email).await;
    let cases = [(own.id(), None), (foreign.id(), Some("login_required")), (own.access(), Some("invalid_request"))];
    for (hint, expected) in cases {
        let answer = location(&login.visit(&authorize("public", &[("id_token_hint", hint)]), &cookie).await);
        assert_eq!(parameter(&answer, "error").as_deref(), expected, "{answer}");
        assert_eq!(parameter(&answer, "iss").as_deref(), Some(crate::harness::ISSUER));
    }
}

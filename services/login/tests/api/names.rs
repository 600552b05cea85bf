//! Names that one person chooses and others read.

use contracts::login::v1::TenantChanged;
use login::usecase::tenants::change_tenant::{activate_tenant, suspend_tenant};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    events,
    harness::{PASSWORD, REDIRECT, TestApp, authorize, claims, json, location, new_tenant},
    third_party::text,
};

const ADDRESSES: [&str; 9] = [
    "Locked: evil.example/unlock",
    "https://evil.example",
    "help@evil.example",
    "evil\u{3002}example",
    "a\u{202e}b",
    "Dr.Support?x",
    "evil\u{200d}.com",
    "evil\u{2024}com",
    "203.0.113.9/now",
];

async fn field_of(response: reqwest::Response) -> String {
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    json(response).await["errors"][0]["field"].as_str().expect("a field").to_owned()
}

#[tokio::test]
async fn no_name_reads_as_an_address() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let invited = json!({"email": "amy@acme.example", "role": "member", "locale": "en"});
    login.post("/v1/invitations", Some(admin.access()), &invited).await;
    let token = login.mailed_token("amy@acme.example", "/invitations/").await;
    for name in ADDRESSES {
        let mut new = new_tenant("other");
        new["name"] = json!(name);
        assert_eq!(field_of(login.post("/v1/tenants", None, &new).await).await, "name", "{name}");
        let mut new = new_tenant("other");
        new["admin"]["display_name"] = json!(name);
        assert_eq!(field_of(login.post("/v1/tenants", None, &new).await).await, "admin.display_name", "{name}");
        let body = json!({"token": token, "display_name": name, "password": PASSWORD});
        assert_eq!(field_of(login.post("/v1/invitations/accept", None, &body).await).await, "display_name", "{name}");
        let body: Value = json!({"display_name": name});
        let changed = login.send(Method::PATCH, "/v1/me", admin.access(), &body).await;
        assert_eq!(field_of(changed).await, "display_name", "{name}");
        let body = json!({"client_name": name, "redirect_uris": [REDIRECT]});
        let registered = login.post("/v1/clients", Some(admin.access()), &body).await;
        assert_eq!(field_of(registered).await, "client_name", "{name}");
    }
    let cookie = login.sign_in(&acme.admin_email).await;
    let fields = [("display_name", "evil.example"), ("locale", "en")];
    let page = login.form("/profile", &cookie, &fields).await.text().await.expect("page text");
    assert!(page.contains("without a web address"), "{page}");
}

/// An older release accepted them. A request that changes something else sends them again.
#[tokio::test]
async fn an_old_name_or_address_stays_when_something_else_changes() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({})).await;
    let superuser = login.superuser().await;
    let old = format!("https://rp.example/{}", "\"".repeat(700));
    for (name, other) in [("evil.example", "evil.example/2"), ("ｐｒｏｄｕｃｔ", "product")] {
        let sql =
            "UPDATE client SET client_name = $1, redirect_uris = ARRAY[$2], resources = ARRAY['http://login.test/api']";
        sqlx::query(sql).bind(name).bind(&old).execute(&superuser).await.expect("an old client");
        let mut new = json!({"client_name": name, "token_endpoint_auth_method": "none", "scope": "openid",
            "redirect_uris": [old, REDIRECT], "resources": ["http://login.test/api"]});
        let path = format!("/v1/clients/{}", text(&wiki, "client_id"));
        let changed = json(login.send(Method::PUT, &path, admin.access(), &new).await).await;
        assert_eq!((text(&changed, "client_name"), text(&changed, "scope")), (name, "openid"), "{changed}");
        assert_eq!(changed["redirect_uris"], json!([old, REDIRECT]));
        new["client_name"] = json!(other);
        new["redirect_uris"] = json!([format!("{old}\"")]);
        let refused = json(login.send(Method::PUT, &path, admin.access(), &new).await).await;
        let fields: Vec<_> =
            refused["errors"].as_array().expect("errors").iter().map(|error| text(error, "field")).collect();
        assert_eq!(fields, ["client_name", "redirect_uris[0]"]);
    }
    sqlx::query("UPDATE user_account SET display_name = 'evil.example'").execute(&superuser).await.expect("renamed");
    let body = json!({"display_name": "evil.example", "locale": "ko"});
    let changed = json(login.send(Method::PATCH, "/v1/me", admin.access(), &body).await).await;
    assert_eq!((text(&changed, "display_name"), text(&changed, "locale")), ("evil.example", "ko"), "{changed}");
}

/// An older release accepted such a name. It stays, but strangers do not read it.
#[tokio::test]
async fn an_invitation_names_no_address_and_its_subject_no_company() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    for (number, name, shown) in [(1, "Urgent, read this", "“Urgent, read this”"), (2, "evil.example/pay", "“acme”")]
    {
        let superuser = login.superuser().await;
        sqlx::query("UPDATE tenant SET name = $1").bind(name).execute(&superuser).await.expect("renamed");
        let email = format!("stranger{number}@people.example");
        let new = json!({"email": email, "role": "member", "locale": "en"});
        login.post("/v1/invitations", Some(admin.access()), &new).await;
        let mail = login.mails(&email).await.remove(0);
        assert_eq!(text(&mail, "subject"), "Invitation to join a company");
        let plain = |text: &str| text.replace(['\u{2068}', '\u{2069}'], "");
        let body = plain(text(&mail, "text"));
        assert!(
            body.contains(&format!("company {shown} invites")) && body.contains("chose this name itself"),
            "{body}"
        );
        let path = format!("/invitations/{}", login.mailed_token(&email, "/invitations/").await);
        let page = plain(&login.visit(&path, "").await.text().await.expect("page text"));
        assert!(page.contains(&format!("{shown} invites you")), "{page}");
        assert!(!body.contains("evil.example") && !page.contains("evil.example"));
    }
}

/// Other products show the name: ad to people of other tenants.
#[tokio::test]
async fn tokens_and_events_have_no_name_that_reads_as_an_address() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let superuser = login.superuser().await;
    for (name, shown) in [("Acme & Sons", "Acme & Sons"), ("Locked: evil.example/unlock", "acme")] {
        sqlx::query("UPDATE tenant SET name = $1").bind(name).execute(&superuser).await.expect("renamed");
        let tokens = login.tokens(&acme.admin_email).await;
        assert_eq!(claims(tokens.id())["tenant_name"], shown);
        assert_eq!(json(login.get("/userinfo", tokens.access()).await).await["tenant_name"], shown);
        suspend_tenant(&login.app, "acme").await.expect("suspended");
        activate_tenant(&login.app, "acme").await.expect("activated");
        let published = events::published::<TenantChanged>(&login, "login.tenant.v1").await;
        assert_eq!(published.last().expect("an event").2.name, shown);
    }
}

#[tokio::test]
async fn a_tenants_client_neither_takes_a_products_name_nor_shows_an_address() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    for name in ["Product", "product", "ｐｒｏｄｕｃｔ"] {
        let body = json!({"client_name": name, "redirect_uris": [REDIRECT]});
        let refused = json(login.post("/v1/clients", Some(admin.access()), &body).await).await;
        let error = &refused["errors"][0];
        assert_eq!((text(error, "field"), text(error, "code")), ("client_name", "name_reserved"), "{name}");
    }
    let wiki = login.register(&admin, &json!({})).await;
    let client_id = text(&wiki, "client_id");
    let superuser = login.superuser().await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let consent = location(&login.visit(&authorize(client_id, &[]), &cookie).await);
    let sign_in = location(&login.visit(&authorize(client_id, &[]), "").await);
    // An older release accepted such names.
    for name in ["evil.example", "ｐｒｏｄｕｃｔ"] {
        sqlx::query("UPDATE client SET client_name = $1").bind(name).execute(&superuser).await.expect("renamed");
        for (path, cookie) in [(&consent, cookie.as_str()), (&sign_in, "")] {
            let page = login.visit(path, cookie).await.text().await.expect("page text");
            assert!(page.contains(&format!("“{client_id}”")) && !page.contains(name), "{name}: {page}");
        }
    }
    login.tokens_of(client_id, &cookie, &[]).await;
    let consents = login.visit("/consents", &cookie).await.text().await.expect("page text");
    assert!(consents.contains(client_id) && !consents.contains("ｐｒｏｄｕｃｔ"), "{consents}");
}

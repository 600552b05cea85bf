//! Names that one person chooses and others read.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    harness::{PASSWORD, REDIRECT, TestApp, authorize, json, location, new_tenant},
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
        let changed = login.send(reqwest::Method::PATCH, "/v1/me", admin.access(), &body).await;
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

//! Addresses with an internationalized domain: browsers send A-labels, people and programs may send U-labels.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{PASSWORD, TestApp, authorize, json, location, new_tenant, parameter, refusal},
    third_party::text,
};

const UNICODE: &str = "mina@한강-x.example";
const ASCII: &str = "mina@xn---x-9t1io77k.example";
const FORMS: [&str; 3] = [UNICODE, ASCII, "Mina@XN---X-9T1IO77K.example"];

async fn sign_in(login: &TestApp, email: &str) -> Response {
    login.form("/sign-in", "", &[("email", email), ("password", PASSWORD)]).await
}

fn tenant_of(slug: &str, email: &str) -> Value {
    let mut new = new_tenant(slug);
    new["admin"]["email"] = json!(email);
    new
}

/// Signs up a tenant whose admin has this address.
async fn sign_up(login: &TestApp, slug: &str, email: &str) {
    assert_eq!(login.post("/v1/tenants", None, &tenant_of(slug, email)).await.status(), StatusCode::ACCEPTED);
    let token = login.mailed_token(email, "/verify/").await;
    let verified = login.post("/v1/tenants/verify", None, &json!({"token": token, "password": PASSWORD})).await;
    assert_eq!(verified.status(), StatusCode::CREATED);
}

/// Gives a person the address as a release before this one stored it: as it was typed.
pub(crate) async fn store_as_before(login: &TestApp, user_id: &str, email: &str) {
    let pool = login.superuser().await;
    for sql in [
        "UPDATE user_account SET email = $1 WHERE user_id = $2::uuid",
        "UPDATE email_directory SET email_hash = sha256(convert_to($1, 'UTF8')) WHERE user_id = $2::uuid",
    ] {
        let changed = sqlx::query(sql).bind(email).bind(user_id).execute(&pool).await.expect("updated");
        assert_eq!(changed.rows_affected(), 1);
    }
}

#[tokio::test]
async fn each_form_of_an_address_signs_in_to_one_account() {
    let login = TestApp::start().await;
    sign_up(&login, "hangang", UNICODE).await;
    for email in FORMS {
        assert_eq!(sign_in(&login, email).await.status(), StatusCode::SEE_OTHER, "{email}");
    }
    for (slug, email) in [("second", ASCII), ("third", UNICODE)] {
        let again = login.post("/v1/tenants", None, &tenant_of(slug, email)).await;
        assert_eq!(again.status(), StatusCode::ACCEPTED, "the same answer");
        assert_eq!(login.mails(email).await[0]["subject"], "You already have an account", "{email}");
    }
    let mails = login.mails(ASCII).await;
    assert!(mails.iter().all(|mail| mail["to"] == ASCII), "every mail server accepts A-labels: {mails:?}");
}

#[tokio::test]
async fn an_account_of_before_is_found_by_each_form() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    store_as_before(&login, &acme.admin_id, UNICODE).await;
    for email in FORMS {
        assert_eq!(sign_in(&login, email).await.status(), StatusCode::SEE_OTHER, "{email}");
        login.form("/forgot-password", "", &[("email", email)]).await;
        login.send_mails().await;
        assert_eq!(login.mails(email).await[0]["subject"], "Choose a new password", "{email}");
        let new = json!({"email": email, "role": "member", "locale": "en"});
        let invited = json(login.post("/v1/invitations", Some(admin.access()), &new).await).await;
        assert_eq!(invited["errors"][0]["code"], "already_member", "{email}");
    }
    let reset = format!("/reset-password/{}", login.mailed_token(ASCII, "/reset-password/").await);
    assert_eq!(login.form(&reset, "", &[("password", PASSWORD)]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&login, ASCII).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(login.post("/v1/tenants", None, &tenant_of("second", ASCII)).await.status(), StatusCode::ACCEPTED);
    assert_eq!(login.mails(ASCII).await[0]["subject"], "You already have an account");
}

const COMPOSED: &str = "mina.\u{d55c}@x.example";
const DECOMPOSED: &str = "mina.\u{1112}\u{1161}\u{11ab}@x.example";

/// Both forms sign in. A new account has neither.
async fn expect_one_account(login: &TestApp) {
    for email in [COMPOSED, DECOMPOSED] {
        assert_eq!(sign_in(login, email).await.status(), StatusCode::SEE_OTHER, "{email}");
        let again = login.post("/v1/tenants", None, &tenant_of("second", email)).await;
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "{email}");
    }
}

#[tokio::test]
async fn an_account_of_before_is_found_by_each_form_of_its_local_part() {
    for stored in [COMPOSED, DECOMPOSED] {
        let login = TestApp::start().await;
        store_as_before(&login, &login.tenant("acme").await.admin_id, stored).await;
        expect_one_account(&login).await;
    }
}

#[tokio::test]
async fn two_accounts_of_before_stay_apart() {
    let login = TestApp::start().await;
    let (one, other) = (login.tenant("one").await, login.tenant("other").await);
    store_as_before(&login, &one.admin_id, UNICODE).await;
    store_as_before(&login, &other.admin_id, ASCII).await;
    for (email, tenant) in [(UNICODE, "Company one"), (ASCII, "Company other")] {
        let cookie = crate::harness::cookie(&sign_in(&login, email).await);
        let home = login.visit("/", &cookie).await.text().await.expect("page text");
        assert!(home.contains(tenant), "{email}");
    }
}

#[tokio::test]
async fn the_forms_of_an_address_are_throttled_together() {
    let login = TestApp::start().await;
    for attempt in 0..10 {
        let fields = [("email", FORMS[attempt % 3]), ("password", "a wrong password")];
        assert_eq!(login.form("/sign-in", "", &fields).await.status(), StatusCode::UNAUTHORIZED);
    }
    for email in FORMS {
        assert_eq!(sign_in(&login, email).await.status(), StatusCode::TOO_MANY_REQUESTS, "{email}");
    }
}

#[tokio::test]
async fn an_invitation_replaces_that_of_another_form() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    for email in FORMS {
        let new = json!({"email": email, "role": "member", "locale": "en"});
        let invited = json(login.post("/v1/invitations", Some(admin.access()), &new).await).await;
        assert_eq!(invited["email"], ASCII, "{email}");
    }
    let open = json(login.get("/v1/invitations", admin.access()).await).await;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1), "{open}");
}

#[tokio::test]
async fn an_erased_account_of_before_leaves_no_form_behind() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let email = login.member(&admin, "mina").await;
    let members = json(login.get("/v1/members", admin.access()).await).await;
    let member = members["items"].as_array().expect("items").iter().find(|member| member["email"] == email.as_str());
    let user_id = text(member.expect("the member"), "user_id").to_owned();
    store_as_before(&login, &user_id, UNICODE).await;
    let path = login.url(&format!("/v1/members/{user_id}"));
    let erased = login.http.delete(path).bearer_auth(admin.access()).send().await.expect("response");
    assert_eq!(erased.status(), StatusCode::NO_CONTENT);
    for email in FORMS {
        assert_eq!(sign_in(&login, email).await.status(), StatusCode::UNAUTHORIZED, "{email}");
    }
    sign_up(&login, "second", UNICODE).await;
}

#[tokio::test]
async fn a_redirect_host_has_one_form() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let (unicode, ascii) = ("https://한강-x.example/cb", "https://xn---x-9t1io77k.example/cb");
    let created = login.register(&admin, &json!({"redirect_uris": [unicode]})).await;
    assert_eq!(created["redirect_uris"], json!([ascii]));
    let client_id = text(&created, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    for (changes, redirect_uri) in [(["a", unicode], ascii), (["b", ascii], unicode)] {
        let request = authorize(client_id, &[("state", changes[0]), ("redirect_uri", changes[1])]);
        let mut answer = location(&login.visit(&request, &cookie).await);
        if answer.starts_with("/consent?") {
            answer = login.allow(&request, &cookie).await;
        }
        assert!(answer.starts_with(ascii), "{answer}");
        let code = parameter(&answer, "code").expect("a code");
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("code", &code),
            ("code_verifier", crate::harness::VERIFIER),
        ];
        assert_eq!(login.token(&fields).await.status(), StatusCode::OK, "{redirect_uri}");
    }
    let wrong = json!({"client_name": "X", "redirect_uris": ["https://한 강.example/"]});
    let refused = login.post("/v1/clients", Some(admin.access()), &wrong).await;
    assert_eq!(refusal(refused).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request".to_owned()));
}

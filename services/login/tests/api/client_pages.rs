//! The page where an admin registers clients of the tenant.

use reqwest::{StatusCode, header};
use serde_json::json;

use crate::{
    harness::{REDIRECT, TestApp, Tokens, VERIFIER, authorize, claims, json, location, parameter},
    third_party::text,
};

const PUBLIC: &str = "none";
const CONFIDENTIAL: &str = "client_secret_basic";

impl TestApp {
    /// Registers a client on the page. Returns status and page text.
    async fn register_on_page(
        &self,
        cookie: &str,
        (name, kind): (&str, &str),
        addresses: &str,
    ) -> (StatusCode, String) {
        let fields = [("client_name", name), ("token_endpoint_auth_method", kind), ("redirect_uris", addresses)];
        let answer = self.form("/clients", cookie, &fields).await;
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        (answer.status(), answer.text().await.expect("page text"))
    }

    async fn clients_page(&self, cookie: &str) -> String {
        self.visit("/clients", cookie).await.text().await.expect("page text")
    }
}

/// The value that the page shows under this name.
fn shown(page: &str, name: &str) -> Option<String> {
    let notice = page.split(r#"role="status""#).nth(1)?.split("</section>").next()?;
    let (_, rest) = notice.split_once(&format!("{name} <code>"))?;
    rest.split_once("</code>").map(|(value, _)| value.to_owned())
}

#[tokio::test]
async fn a_public_client_registered_on_the_page_gets_tokens() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains(r#"href="/clients""#));
    assert!(login.clients_page(&cookie).await.contains("No app is registered yet."));

    let addresses = format!("\r\n {REDIRECT} \r\nhttps://tool.example/callback\r\n");
    let (status, page) = login.register_on_page(&cookie, ("Tool <1>", PUBLIC), &addresses).await;
    assert_eq!(status, StatusCode::CREATED, "{page}");
    assert_eq!(shown(&page, "client_secret"), None, "a public client has no secret");
    assert_eq!(shown(&page, "issuer").as_deref(), Some(login.app.issuer.as_str()));
    let client_id = shown(&page, "client_id").expect("an id");
    let tokens = login.tokens_of(&client_id, &cookie, &[]).await;
    assert_eq!(claims(tokens.access())["client_id"], client_id.as_str());
    let refresh = [("grant_type", "refresh_token"), ("client_id", &client_id), ("refresh_token", tokens.refresh())];
    assert_eq!(login.token(&refresh).await.status(), StatusCode::OK);

    let page = login.clients_page(&cookie).await;
    assert!(page.contains("Tool &#60;1&#62;") && page.contains(">Public<"), "{page}");
    assert!(page.contains("<li>https://tool.example/callback</li>") && page.contains("Registered 2026-05-04 03:02"));
}

#[tokio::test]
async fn a_confidential_client_gets_tokens_with_a_secret_that_is_shown_once() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let (status, page) = login.register_on_page(&cookie, ("Wiki", CONFIDENTIAL), REDIRECT).await;
    assert_eq!(status, StatusCode::CREATED, "{page}");
    let (client_id, secret) = (shown(&page, "client_id").expect("an id"), shown(&page, "client_secret").expect("one"));
    assert_eq!(page.matches(&secret).count(), 1);

    let answer = login.allow(&authorize(&client_id, &[]), &cookie).await;
    let code = parameter(&answer, "code").expect("a code");
    let fields = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    let wrong = login.as_client("/token", (&client_id, "guessed"), &fields).await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let tokens = Tokens(json(login.as_client("/token", (&client_id, &secret), &fields).await).await);
    assert_eq!(claims(tokens.access())["tenant_id"], acme.tenant_id);

    let page = login.clients_page(&cookie).await;
    assert!(page.contains(&client_id) && page.contains(">Confidential<") && !page.contains(&secret), "{page}");
}

#[tokio::test]
async fn the_page_registers_with_the_defaults_of_the_api() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    login.register(&admin, &json!({})).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    login.register_on_page(&cookie, ("Wiki", PUBLIC), REDIRECT).await;
    let mut listed = json(login.get("/v1/clients", admin.access()).await).await["items"].take();
    let [one, other] = listed.as_array_mut().expect("a list").as_mut_slice() else { panic!("two") };
    for client in [&mut *one, &mut *other] {
        client["client_id"].take();
    }
    assert_eq!(one, other);
}

#[tokio::test]
async fn form_errors_are_shown_at_their_field_and_input_is_kept() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let typed = "https://good.example/\r\n\r\nhttp://evil.example/\r\nnowhere";
    let (status, page) = login.register_on_page(&cookie, ("Wiki", CONFIDENTIAL), typed).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains(r#"aria-invalid="true" aria-describedby="redirect_uris-error""#), "{page}");
    assert!(page.contains("Not accepted: http://evil.example/, nowhere</p>"), "{page}");
    assert!(page.contains(typed) && page.contains(r#"value="Wiki""#), "{page}");
    assert!(page.contains(r#"value="client_secret_basic" selected"#), "{page}");

    let (_, page) = login.register_on_page(&cookie, ("", "magic"), " ").await;
    for field in ["client_name", "kind", "redirect_uris"] {
        assert!(page.contains(&format!(r#"aria-describedby="{field}-error""#)), "{field} in {page}");
    }
    let many = "https://good.example/\n".repeat(21);
    let (_, page) = login.register_on_page(&cookie, ("Wiki", PUBLIC), &many).await;
    assert!(page.contains("Please enter at most 20."), "{page}");
    assert!(login.clients_page(&cookie).await.contains("No app is registered yet."));
}

#[tokio::test]
async fn only_an_admin_of_the_tenant_sees_and_removes_its_clients() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({"client_name": "Unmistakable"})).await;
    let client_id = text(&created, "client_id");
    let path = format!("/clients/{client_id}/remove");
    let ours = login.sign_in(&acme.admin_email).await;
    let theirs = login.sign_in(&other.admin_email).await;
    let member = login.sign_in(&login.member(&admin, "amy").await).await;

    assert_eq!(location(&login.visit("/clients", "").await), "/sign-in");
    assert_eq!(login.visit("/clients", &member).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(login.register_on_page(&member, ("Wiki", PUBLIC), REDIRECT).await.0, StatusCode::FORBIDDEN);
    assert_eq!(login.form(&path, &member, &[]).await.status(), StatusCode::FORBIDDEN);
    assert!(!login.visit("/", &member).await.text().await.expect("page text").contains("/clients"));
    assert!(!login.clients_page(&theirs).await.contains("Unmistakable"));
    assert_eq!(login.visit(&path, &theirs).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(login.form(&path, &theirs, &[]).await.status(), StatusCode::NOT_FOUND);

    let confirmation = login.visit(&path, &ours).await.text().await.expect("page text");
    assert!(confirmation.contains("Remove “Unmistakable”?") && confirmation.contains(client_id), "{confirmation}");
    assert_eq!(location(&login.form(&path, &ours, &[]).await), "/clients");
    assert!(!login.clients_page(&ours).await.contains("Unmistakable"));
    assert_eq!(login.visit(&authorize(client_id, &[]), &ours).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(login.form(&path, &ours, &[]).await.status(), StatusCode::NOT_FOUND, "deleted");
}

//! Authorization of each endpoint and page over HTTP. [`the_table_lists_every_endpoint`] fails for an endpoint without a row.
//!
//! To add a row: method, path, body, and the statuses for an anonymous caller, a member, an admin and an admin of another
//! tenant. `{user_id}` and `{session_id}` belong to Bob, a member; `{invitation_id}` is open in his tenant.

mod world;

use std::path::Path;

use Sent::{Form, Json, Nothing};
use reqwest::{Method, header};
use serde_json::Value;

use self::world::World;
use crate::harness::{ISSUER, TestApp, json};

/// Body of a request.
#[derive(Clone, Copy)]
pub(crate) enum Sent {
    Nothing,
    Json(&'static str),
    Form(&'static str),
}

/// Columns: anonymous, member, admin, admin of another tenant. Each row starts with a fresh Bob and signed-in callers. The admin
/// of Bob's tenant calls last.
pub(crate) const EXPECTED: &[(&str, &str, Sent, [u16; 4])] = &[
    // API, by access token.
    ("GET", "/v1/clients", Nothing, [401, 403, 200, 200]),
    (
        "POST",
        "/v1/clients",
        Json(r#"{"client_name":"x","redirect_uris":["https://x.example/"]}"#),
        [401, 403, 201, 201],
    ),
    ("GET", "/v1/clients/{client_id}", Nothing, [401, 403, 404, 404]),
    (
        "PUT",
        "/v1/clients/{client_id}",
        Json(r#"{"client_name":"x","redirect_uris":["https://x.example/"]}"#),
        [401, 403, 404, 404],
    ),
    ("DELETE", "/v1/clients/{client_id}", Nothing, [401, 403, 404, 404]),
    ("POST", "/v1/clients/{client_id}/secret", Json("{}"), [401, 403, 404, 404]),
    ("GET", "/v1/invitations", Nothing, [401, 403, 200, 200]),
    ("POST", "/v1/invitations", Json(r#"{"email":"x@x.example","role":"member","locale":"en"}"#), [401, 403, 201, 201]),
    ("DELETE", "/v1/invitations/{invitation_id}", Nothing, [401, 403, 204, 404]),
    // Authorized by the invitation's token.
    (
        "POST",
        "/v1/invitations/accept",
        Json(r#"{"token":"x","display_name":"x","password":"one-product-one-team"}"#),
        [404; 4],
    ),
    ("GET", "/v1/me", Nothing, [401, 200, 200, 200]),
    ("PATCH", "/v1/me", Json(r#"{"locale":"en"}"#), [401, 200, 200, 200]),
    ("DELETE", "/v1/me", Json(r#"{"password":"not the password"}"#), [401, 422, 422, 422]),
    ("GET", "/v1/members", Nothing, [401, 200, 200, 200]),
    ("PATCH", "/v1/members/{user_id}", Json(r#"{"status":"suspended"}"#), [401, 403, 200, 404]),
    ("DELETE", "/v1/members/{user_id}", Nothing, [401, 403, 204, 404]),
    ("GET", "/v1/sessions", Nothing, [401, 200, 200, 200]),
    // The id does not exist in another tenant. Ending an unknown session succeeds.
    ("DELETE", "/v1/sessions/{session_id}", Nothing, [401, 403, 204, 204]),
    ("GET", "/v1/tenant", Nothing, [401, 200, 200, 200]),
    ("POST", "/v1/tenants", Json("{}"), [422; 4]),
    // Authorized by the e-mail's token.
    ("POST", "/v1/tenants/verify", Json(r#"{"token":"x","password":"one-product-one-team"}"#), [404; 4]),
    ("GET", "/openapi.json", Nothing, [200; 4]),
    ("GET", "/docs", Nothing, [200; 4]),
    // OpenID Connect: authorized by the request's parameters; userinfo by access token.
    ("GET", "/.well-known/openid-configuration", Nothing, [200; 4]),
    ("GET", "/jwks", Nothing, [200; 4]),
    ("GET", "/authorize", Nothing, [400; 4]),
    ("POST", "/authorize", Form(""), [400; 4]),
    // An access token does not authenticate a client.
    ("POST", "/token", Form("grant_type=refresh_token&client_id=public&refresh_token=x"), [400, 401, 401, 401]),
    ("POST", "/revoke", Form("client_id=public&token=x"), [200, 401, 401, 401]),
    ("POST", "/introspect", Form("client_id=public&token=x"), [401; 4]),
    ("GET", "/userinfo", Nothing, [401, 200, 200, 200]),
    ("POST", "/userinfo", Nothing, [401, 200, 200, 200]),
    ("GET", "/logout", Nothing, [200; 4]),
    ("POST", "/logout", Form(""), [200; 4]),
    // Pages, by cookie.
    ("GET", "/", Nothing, [200; 4]),
    ("GET", "/sign-in", Nothing, [200; 4]),
    ("POST", "/sign-in", Form("email="), [422; 4]),
    ("GET", "/sign-up", Nothing, [200; 4]),
    ("POST", "/sign-up", Form("name="), [422; 4]),
    ("POST", "/sign-out", Form(""), [303; 4]),
    ("POST", "/sign-in/passkey/options", Json("{}"), [200; 4]),
    ("POST", "/sign-in/passkey", Json("{}"), [422; 4]),
    ("POST", "/passkeys/options", Json("{}"), [401, 200, 200, 200]),
    ("POST", "/passkeys", Json("{}"), [422; 4]),
    ("POST", "/passkeys/{passkey_id}", Form("name=x"), [303, 404, 404, 404]),
    ("POST", "/passkeys/{passkey_id}/remove", Form(""), [303, 303, 303, 303]),
    ("GET", "/sign-up/sent", Nothing, [200; 4]),
    ("GET", "/verify/{token}", Nothing, [404; 4]),
    ("POST", "/verify/{token}", Form("password=one-product-one-team"), [404; 4]),
    ("GET", "/forgot-password", Nothing, [200; 4]),
    ("POST", "/forgot-password", Form("email="), [422; 4]),
    ("GET", "/forgot-password/sent", Nothing, [200; 4]),
    ("GET", "/reset-password/{token}", Nothing, [404; 4]),
    ("POST", "/reset-password/{token}", Form("password=one-product-one-team"), [404; 4]),
    ("GET", "/password-changed", Nothing, [200; 4]),
    // In development only.
    ("GET", "/dev/mailbox", Nothing, [200; 4]),
    // Without an authorization request: redirect to the home page.
    ("GET", "/consent", Nothing, [303; 4]),
    ("POST", "/consent", Form("answer=allow"), [303; 4]),
    ("GET", "/consents", Nothing, [303, 200, 200, 200]),
    ("POST", "/consents/{client_id}/withdraw", Form(""), [303; 4]),
    ("GET", "/select-account", Nothing, [303; 4]),
    ("GET", "/profile", Nothing, [303, 200, 200, 200]),
    ("POST", "/profile", Form("display_name=x&locale=en"), [303; 4]),
    ("GET", "/profile/erase", Nothing, [303, 200, 200, 200]),
    ("POST", "/profile/erase", Form("password=not+the+password"), [303, 422, 422, 422]),
    ("GET", "/members", Nothing, [303, 403, 200, 200]),
    ("POST", "/members/{user_id}", Form("status=suspended"), [303, 403, 303, 404]),
    // The id does not exist in another tenant. Withdrawing an unknown invitation succeeds.
    ("POST", "/members/invitations/{invitation_id}/withdraw", Form(""), [303, 403, 303, 303]),
    ("GET", "/members/{user_id}/remove", Nothing, [303, 403, 200, 404]),
    ("POST", "/members/{user_id}/remove", Form(""), [303, 403, 303, 404]),
    ("GET", "/clients", Nothing, [303, 403, 200, 200]),
    (
        "POST",
        "/clients",
        Form("client_name=x&token_endpoint_auth_method=none&redirect_uris=https://x.example/"),
        [303, 403, 201, 201],
    ),
    ("GET", "/clients/{client_id}/remove", Nothing, [303, 403, 404, 404]),
    ("POST", "/clients/{client_id}/remove", Form(""), [303, 403, 404, 404]),
    // The page ends own sessions only, also for admins.
    ("POST", "/sessions/{session_id}/end", Form(""), [303, 403, 403, 303]),
    ("POST", "/invitations", Form("email=x@x.example&role=member&locale=en"), [303, 403, 201, 201]),
    ("GET", "/invitations/{token}", Nothing, [404; 4]),
    ("POST", "/invitations/{token}", Form("display_name=x&password=one-product-one-team"), [404; 4]),
];

/// An unknown id.
pub(crate) const UNKNOWN_ID: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn each_endpoint_admits_the_callers_of_the_table() {
    let world = World::new().await;
    let login = &world.login;
    let mut wrong = vec![];
    for (method, path, sent, expected) in EXPECTED {
        let (user_id, session_id) = world.bob().await;
        let filled = path.replace("{user_id}", &user_id).replace("{session_id}", &session_id).replace("{token}", "x");
        let filled = match filled.contains("{invitation_id}") {
            true => filled.replace("{invitation_id}", &world.invitation().await),
            false => filled,
        };
        // Unknown ids: other tests cover clients and consents of the tenant.
        let filled = filled.replace("{client_id}", UNKNOWN_ID).replace("{passkey_id}", UNKNOWN_ID);
        // The admin of Bob's tenant calls last, because this call changes Bob.
        let [nobody, member, admin, foreign] = *expected;
        for (index, (caller, expected)) in world.callers.iter().zip([nobody, member, foreign, admin]).enumerate() {
            let method: Method = method.parse().expect("a method");
            let request = login.http.request(method.clone(), login.url(&filled)).header(header::ORIGIN, ISSUER);
            let request = match sent {
                Nothing => request,
                Json(body) => request.header(header::CONTENT_TYPE, "application/json").body(*body),
                Form(body) => request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(*body),
            };
            let request = match caller {
                None => request,
                Some(caller) => {
                    // The previous row may have ended the caller's session.
                    let (cookie, _) = world.session(&caller.tenant_id, &caller.user_id).await;
                    request.header(header::COOKIE, cookie).bearer_auth(&caller.access_token)
                }
            };
            let response = request.send().await.expect("response");
            let status = response.status().as_u16();
            if status != expected {
                wrong.push(format!("{method} {path} by caller {index}: {status}, not {expected}"));
            }
            let body = response.text().await.expect("text");
            let foreign = index == 0 || index == 2;
            assert!(!foreign || !body.contains("Bob Unmistakable"), "{method} {path} shows Bob to caller {index}");
        }
        world.remove(&user_id).await;
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn the_table_lists_every_endpoint() {
    let login = TestApp::start().await;
    let document: Value = json(login.visit("/openapi.json", "").await).await;
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/http"));
    let table: Vec<_> = EXPECTED.iter().map(|(method, path, ..)| (*method, *path)).collect();
    support::assert_lists_every_endpoint(&table, &document, folder);
}

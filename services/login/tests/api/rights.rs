//! Who may call what, over HTTP: a row for each endpoint and page. [`the_table_misses_nothing`] fails when one has none.
//!
//! To add a row: method, path, what is sent, and the statuses that nobody, a member, an admin and an admin of another
//! company get. Paths and bodies speak of Bob, a member: `{user_id}` and `{session_id}` are his; `{invitation_id}` is
//! open in his company.

use std::{collections::BTreeSet, fs, path::Path};

use login::{store, usecase::start_session::start_session};
use reqwest::{Method, header};
use serde_json::Value;

use crate::harness::{ISSUER, TestApp, Tokens, claims, json, place};

/// What a request sends.
#[derive(Clone, Copy)]
enum Sent {
    Nothing,
    Json(&'static str),
    Form(&'static str),
}
use Sent::{Form, Json, Nothing};

/// Nobody, a member, an admin, an admin of another company. Each row finds Bob and the callers as they were, but for what
/// the row itself does: callers come in the order of the columns, the admin of Bob's company last.
const EXPECTED: &[(&str, &str, Sent, [u16; 4])] = &[
    // The API, by access token.
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
    // Whoever has the token of an invitation may.
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
    // In another company there is none of that id, and ending none is no error.
    ("DELETE", "/v1/sessions/{session_id}", Nothing, [401, 403, 204, 204]),
    ("GET", "/v1/tenant", Nothing, [401, 200, 200, 200]),
    ("POST", "/v1/tenants", Json("{}"), [422; 4]),
    // Whoever has the token that was mailed may.
    ("POST", "/v1/tenants/verify", Json(r#"{"token":"x","password":"one-product-one-team"}"#), [404; 4]),
    ("GET", "/openapi.json", Nothing, [200; 4]),
    ("GET", "/docs", Nothing, [200; 4]),
    // OpenID Connect: by what the request itself holds; userinfo by access token.
    ("GET", "/.well-known/openid-configuration", Nothing, [200; 4]),
    ("GET", "/jwks", Nothing, [200; 4]),
    ("GET", "/authorize", Nothing, [400; 4]),
    ("POST", "/authorize", Form(""), [400; 4]),
    // An access token is no authentication of a client.
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
    // Without a request of a client, home.
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
    // In another company there is none of that id, and withdrawing none is no error.
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
    // Someone else's session is no one's business, not even an admin's on a page.
    ("POST", "/sessions/{session_id}/end", Form(""), [303, 403, 403, 303]),
    ("POST", "/invitations", Form("email=x@x.example&role=member&locale=en"), [303, 403, 201, 201]),
    ("GET", "/invitations/{token}", Nothing, [404; 4]),
    ("POST", "/invitations/{token}", Form("display_name=x&password=one-product-one-team"), [404; 4]),
];

/// An id that nothing has.
const NOBODYS: &str = "00000000-0000-7000-8000-000000000000";

/// Someone who calls, by a cookie and an access token: an endpoint looks at one of the two only.
struct Caller {
    tenant_id: String,
    user_id: String,
    access_token: String,
}

struct World {
    login: TestApp,
    tenant_id: String,
    admin: Tokens,
    callers: Vec<Option<Caller>>,
}

impl World {
    async fn new() -> Self {
        let login = TestApp::start().await;
        let (acme, other) = (login.company("acme").await, login.company("other").await);
        let (admin, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
        let amy = login.tokens(&login.member(&admin, "amy").await).await;
        let person = |tokens: &Tokens| {
            let text = |claim: &str| claims(tokens.access())[claim].as_str().expect("an id").to_owned();
            let access_token = tokens.access().to_owned();
            Some(Caller { tenant_id: text("tenant_id"), user_id: text("sub"), access_token })
        };
        let callers = vec![None, person(&amy), person(&foreign), person(&admin)];
        Self { login, tenant_id: acme.tenant_id, admin, callers }
    }

    /// A new session without the work of a password: its cookie and id.
    async fn session(&self, tenant_id: &str, user_id: &str) -> (String, String) {
        let app = &self.login.app;
        let mut tx = app.db.begin(tenant_id.parse().expect("an id")).await.expect("a transaction");
        let user = store::user::find(&mut tx, user_id.parse().expect("an id")).await.expect("read").expect("a person");
        let started = start_session(app, &mut tx, &user, &place()).await.expect("started");
        tx.commit().await.expect("committed");
        (format!("login_session={}", started.token), started.session.session_id.to_string())
    }

    /// A member of acme who is made for one row: the ids of the person and of a session.
    async fn bob(&self) -> (String, String) {
        let add = "INSERT INTO user_account (user_id, tenant_id, email, display_name, locale, roles, created_at, changed_at)
                   VALUES (gen_random_uuid(), $1::uuid, gen_random_uuid() || '@people.example', 'Bob Unmistakable', 'en',
                           '{member}', now(), now()) RETURNING user_id::text";
        let superuser = self.login.superuser().await;
        let user_id: String = sqlx::query_scalar(add).bind(&self.tenant_id).fetch_one(&superuser).await.expect("added");
        let (_, session_id) = self.session(&self.tenant_id, &user_id).await;
        superuser.close().await;
        (user_id, session_id)
    }

    /// An open invitation of acme that is made for one row.
    async fn invitation(&self) -> String {
        let add = "INSERT INTO invitation (invitation_id, tenant_id, token_hash, email, role, locale, invited_by, created_at, expires_at)
                   VALUES (gen_random_uuid(), $1::uuid, sha256(gen_random_uuid()::text::bytea),
                           gen_random_uuid() || '@people.example', 'member', 'en', gen_random_uuid(), now(), 'infinity')
                   RETURNING invitation_id::text";
        let superuser = self.login.superuser().await;
        let id = sqlx::query_scalar(add).bind(&self.tenant_id).fetch_one(&superuser).await.expect("added");
        superuser.close().await;
        id
    }

    async fn remove(&self, user_id: &str) {
        let path = format!("/v1/members/{user_id}");
        self.login.send(Method::DELETE, &path, self.admin.access(), &Value::Null).await;
    }
}

#[tokio::test]
async fn each_endpoint_is_for_whom_the_table_says() {
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
        // None that is there: each company's own are theirs alone, as other tests show.
        let filled = filled.replace("{client_id}", NOBODYS).replace("{passkey_id}", NOBODYS);
        // In the table the admin stands before the other company's; the admin's call comes last, since it changes Bob.
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
                    // The row before may have ended the caller's session.
                    let (cookie, _) = world.session(&caller.tenant_id, &caller.user_id).await;
                    request.header(header::COOKIE, cookie).bearer_auth(&caller.access_token)
                }
            };
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            if status != expected {
                wrong.push(format!("{method} {path} by caller {index}: {status}, not {expected}"));
            }
            let told = response.text().await.expect("text");
            let foreign = index == 0 || index == 2;
            assert!(!foreign || !told.contains("Bob Unmistakable"), "{method} {path} tells caller {index} of Bob");
        }
        world.remove(&user_id).await;
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn the_table_misses_nothing() {
    let login = TestApp::start().await;
    let document: Value = json(login.look("/openapi.json", "").await).await;
    let mut there = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let methods = operations.as_object().expect("operations").keys();
        there.extend(methods.map(|method| (method.to_uppercase(), path.clone())));
    }
    own_routes(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/http")), &mut there);
    // Served by chassis's `ApiDocument`.
    there.extend(["/openapi.json", "/docs"].map(|path| ("GET".to_owned(), path.to_owned())));
    let listed: BTreeSet<_> =
        EXPECTED.iter().map(|(method, path, _, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&there).collect();
    assert_eq!((missing, gone), (vec![], vec![]), "endpoints without a row, and rows without an endpoint");
    assert_eq!(listed.len(), EXPECTED.len(), "each once");
}

/// Reads the routes that the routers add by hand, `.route("/path", get(…).post(…))`, from their source: axum does not tell.
fn own_routes(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            own_routes(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).expect("source");
        for route in source.split(".route(").skip(1) {
            // A route that comes with what it serves: a script or a style, for everyone.
            if route.starts_with(')') {
                continue;
            }
            let mut parts = route.splitn(3, '"');
            let (Some(_), Some(path), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
                panic!("a route of {} has no literal path", path.display());
            };
            for method in ["get", "post", "put", "patch", "delete"] {
                let named = |prefix: &str| calls(rest).contains(&format!("{prefix}{method}("));
                if named(" ") || named(".") {
                    found.insert((method.to_uppercase(), path.to_owned()));
                }
            }
        }
    }
}

/// The rest of a call's arguments, up to its closing parenthesis.
fn calls(rest: &str) -> &str {
    let mut depth = 1;
    let end = rest.find(|character| {
        depth += match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    &rest[..end.expect("a closing parenthesis")]
}

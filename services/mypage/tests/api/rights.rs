//! Authorization of each endpoint and page. [`the_table_lists_every_endpoint`] fails for an endpoint without a row.
//!
//! To add a row: method, path, query, body, and the statuses for an anonymous caller, a member, an admin of the same tenant and
//! an admin of another one. `{session_id}`, `{activity_id}` and `{cursor}` belong to the member. What a person does and gets is
//! shown to that person only, so an admin is a stranger here, too.

use std::path::Path;

use Sent::{Form, Json, Nothing};
use chassis::auth::Role;
use contracts::ad::v1::DeliveryKind;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;

use crate::{
    events,
    fake::oidc::TestPerson,
    harness::{ORIGIN, TestApp},
};

/// Body of a request.
#[derive(Clone, Copy)]
enum Sent {
    Nothing,
    Json(&'static str),
    Form(&'static str),
}

const PREFERENCES: &str = r#"{"interests":[],"ad_consent":true}"#;

/// Columns: anonymous, member, admin, admin of another tenant.
const EXPECTED: &[(&str, &str, &str, Sent, [u16; 4])] = &[
    // API, by access token.
    ("GET", "/v1/me", "", Nothing, [401, 200, 200, 200]),
    ("PUT", "/v1/preferences", "", Json(PREFERENCES), [401, 200, 200, 200]),
    ("GET", "/v1/activities", "?cursor={cursor}", Nothing, [401, 200, 422, 422]),
    ("GET", "/v1/usage", "", Nothing, [401, 403, 200, 200]),
    ("GET", "/openapi.json", "", Nothing, [200; 4]),
    ("GET", "/docs", "", Nothing, [200; 4]),
    // Pages, by cookie.
    // Others see the front page.
    ("GET", "/", "?before={activity_id}", Nothing, [200, 200, 422, 422]),
    ("GET", "/usage", "", Nothing, [303, 403, 200, 200]),
    ("POST", "/preferences", "", Form("ad_consent=true"), [303, 303, 303, 303]),
    // login decides whose session it is, and does not answer here.
    ("POST", "/sessions/{session_id}/end", "", Form(""), [303, 303, 303, 303]),
    ("GET", "/activity", "?before={activity_id}", Nothing, [303, 200, 422, 422]),
    // 204 ends a stream, so that a browser does not connect again.
    ("GET", "/activity/stream", "", Nothing, [204, 200, 200, 200]),
    // Everyone signs in, and everyone may end their own session.
    ("GET", "/auth/sign-in", "", Nothing, [303; 4]),
    ("GET", "/auth/callback", "", Nothing, [400, 303, 303, 303]),
    ("POST", "/auth/sign-out", "", Form(""), [303; 4]),
];

/// A caller with a cookie or an access token, whichever the endpoint uses. The sign-in is new, because the row before may have
/// ended the session.
async fn request(test: &TestApp, caller: Option<(TestPerson, &[Role])>, method: Method, path: &str) -> RequestBuilder {
    let Some((person, roles)) = caller else { return test.browser().request(method, path) };
    if path.starts_with("/v1/") {
        let client = Client::builder().no_proxy().build().expect("a client");
        let request = client.request(method, format!("{}{path}", test.base));
        return request.bearer_auth(test.oidc.access_token(person, roles));
    }
    let names: &[&str] = if roles.contains(&Role::Admin) { &["member", "admin"] } else { &["member"] };
    test.signed_in_as(person, json!({ "roles": names })).await.request(method, path)
}

#[tokio::test]
async fn each_endpoint_admits_the_callers_of_the_table() {
    let test = TestApp::alone().await;
    let member = test.person();
    let (both, one) = (&[Role::Member, Role::Admin][..], &[Role::Member][..]);
    let callers = [None, Some((member, one)), Some((test.person_of(member.tenant), both)), Some((test.person(), both))];
    let seen = events::delivery(&test, member, DeliveryKind::Impression, "Unmistakable");
    test.consume(&seen).await.expect("consumed");
    let activity = events::last_activity(&test).await;
    let cursor = chassis::http::Cursor::from(activity.parse::<uuid::Uuid>().expect("an id")).to_string();
    let (mut wrong, mut shown) = (vec![], 0);
    for (method, path, query, sent, expected) in EXPECTED {
        let address = format!("{path}{query}")
            .replace("{session_id}", &member.session.to_string())
            .replace("{activity_id}", &activity)
            .replace("{cursor}", &cursor);
        for (index, caller) in callers.into_iter().enumerate() {
            let method: Method = method.parse().expect("a method");
            let request = request(&test, caller, method.clone(), &address).await.header("origin", ORIGIN);
            let request = match sent {
                Nothing => request,
                Json(body) => request.header("content-type", "application/json").body(*body),
                Form(body) => request.header("content-type", "application/x-www-form-urlencoded").body(*body),
            };
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            if status != expected[index] {
                wrong.push(format!("{method} {path} by caller {index}: {status}, not {}", expected[index]));
            }
            // The stream has no end. `live.rs` tests what is in it.
            if *path != "/activity/stream" {
                let body = response.text().await.expect("text");
                shown += usize::from(body.contains("Unmistakable"));
                assert!(index == 1 || !body.contains("Unmistakable"), "{method} {path} shows an ad to caller {index}");
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(shown > 0, "the member sees it");
}

#[test]
fn the_table_lists_every_endpoint() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/http"));
    let table: Vec<_> = EXPECTED.iter().map(|(method, path, ..)| (*method, *path)).collect();
    support::assert_lists_every_endpoint(&table, mypage::http::api::document().json(), folder);
}

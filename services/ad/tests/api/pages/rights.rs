//! Authorization of each endpoint and page. [`the_table_lists_every_endpoint`] fails for an endpoint without a row.
//!
//! To add a row: method, path, body, and the statuses for an anonymous caller, a member, an admin and an admin of another
//! tenant. `{campaign_id}` and `{creative_id}` belong to a running campaign of the member's tenant, which is new in each row.

use std::path::Path;

use Sent::{Form, Json, Multipart, Nothing};
use chassis::auth::Role;
use reqwest::{Method, RequestBuilder};
use sqlx::types::Uuid;

use super::*;

/// Body of a request.
#[derive(Clone, Copy)]
enum Sent {
    Nothing,
    Json(&'static str),
    Form(&'static str),
    /// A form with a file, without a field: no file, and no revision.
    Multipart,
}

const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";
const CREATIVE: &str = r#"{"headline":"x","body":"x","landing_url":"https://x.example/"}"#;

/// Columns: anonymous, member, admin, admin of another tenant.
const EXPECTED: &[(&str, &str, Sent, [u16; 4])] = &[
    // API, by access token.
    ("POST", "/v1/ad-selections", Json(r#"{"placement":"mypage.home","locale":"ko","count":1}"#), [401, 200, 200, 200]),
    ("GET", "/v1/campaigns", Nothing, [401, 403, 200, 200]),
    ("POST", "/v1/campaigns", Json("{}"), [401, 403, 422, 422]),
    ("GET", "/v1/campaigns/{campaign_id}", Nothing, [401, 403, 200, 404]),
    ("PATCH", "/v1/campaigns/{campaign_id}", Json(r#"{"status":"paused"}"#), [401, 403, 200, 404]),
    ("POST", "/v1/campaigns/{campaign_id}/duplicate", Nothing, [401, 403, 201, 404]),
    ("POST", "/v1/campaigns/{campaign_id}/creatives", Json(CREATIVE), [401, 403, 201, 404]),
    ("PUT", "/v1/campaigns/{campaign_id}/creatives/{creative_id}", Json(CREATIVE), [401, 403, 200, 404]),
    // The last creative of a running campaign stays.
    ("DELETE", "/v1/campaigns/{campaign_id}/creatives/{creative_id}", Nothing, [401, 403, 409, 404]),
    ("GET", "/v1/charges", Nothing, [401, 403, 200, 200]),
    ("POST", "/v1/images", Nothing, [401, 403, 422, 422]),
    ("GET", "/v1/ledger", Nothing, [401, 403, 200, 200]),
    ("GET", "/openapi.json", Nothing, [200; 4]),
    ("GET", "/docs", Nothing, [200; 4]),
    // Authorized by the link's token. An impression answers a pixel in any case.
    ("GET", "/i/{token}", Nothing, [200; 4]),
    ("GET", "/c/{token}", Nothing, [404; 4]),
    // Public: the address has the hash of the image.
    ("GET", "/images/{tenant_id}/{image_id}", Nothing, [404; 4]),
    ("GET", "/house/i", Nothing, [200; 4]),
    ("GET", "/house/c", Nothing, [303; 4]),
    // Pages, by cookie.
    ("GET", "/", Nothing, [200, 303, 303, 303]),
    ("GET", "/campaigns", Nothing, [303, 403, 200, 200]),
    ("POST", "/campaigns", Multipart, [303, 403, 422, 422]),
    ("GET", "/campaigns/new", Nothing, [303, 403, 200, 200]),
    ("POST", "/campaigns/preview", Form("headline=x"), [303, 403, 200, 200]),
    ("GET", "/campaigns/{campaign_id}", Nothing, [303, 403, 200, 404]),
    ("POST", "/campaigns/{campaign_id}", Form("name="), [303, 403, 422, 404]),
    ("GET", "/campaigns/{campaign_id}/edit", Nothing, [303, 403, 200, 404]),
    ("GET", "/campaigns/{campaign_id}/report.csv", Nothing, [303, 403, 200, 404]),
    ("POST", "/campaigns/{campaign_id}/status", Form("status=paused&revision=x"), [303, 403, 412, 404]),
    ("POST", "/campaigns/{campaign_id}/duplicate", Form(""), [303, 403, 303, 404]),
    ("POST", "/campaigns/{campaign_id}/creatives", Multipart, [303, 403, 412, 404]),
    ("POST", "/campaigns/{campaign_id}/creatives/{creative_id}", Multipart, [303, 403, 412, 404]),
    ("POST", "/campaigns/{campaign_id}/creatives/{creative_id}/remove", Form("revision=x"), [303, 403, 412, 404]),
    ("GET", "/ledger", Nothing, [303, 403, 200, 200]),
    ("GET", "/ledger.csv", Nothing, [303, 403, 200, 200]),
    // Everyone signs in, and everyone may end their own session.
    ("GET", "/auth/sign-in", Nothing, [303; 4]),
    ("GET", "/auth/callback", Nothing, [400, 303, 303, 303]),
    ("POST", "/auth/sign-out", Form(""), [303; 4]),
];

/// A caller with a cookie and an access token. An endpoint uses one of the two.
struct Caller {
    person: Option<(TestPerson, &'static [Role])>,
}

impl Caller {
    /// Signs in anew, because the row before may have ended the session.
    async fn request(&self, pages: &Pages, method: &Method, path: &str) -> RequestBuilder {
        let Some((person, roles)) = self.person else {
            return pages.browser().request(method.clone(), path);
        };
        if path.starts_with("/v1/") {
            return pages.test.request(method.clone(), path, &pages.oidc.access_token(person, roles));
        }
        let names: &[&str] = if roles.contains(&Role::Admin) { &["member", "admin"] } else { &["member"] };
        let browser = pages.signed_in_as(person, json!({ "roles": names })).await;
        browser.request(method.clone(), path)
    }
}

#[tokio::test]
async fn each_endpoint_admits_the_callers_of_the_table() {
    let pages = Pages::start().await;
    let other = pages.test.tenant("Acme", "KRW").await.id;
    let person = |tenant, roles| Caller { person: Some((pages.person(tenant), roles)) };
    let (member, admin) = (&[Role::Member][..], &[Role::Member, Role::Admin][..]);
    let callers =
        [Caller { person: None }, person(pages.tenant, member), person(pages.tenant, admin), person(other, admin)];
    pages.test.app.index.refresh().await.expect("an index");
    let mut wrong = vec![];
    for (method, path, sent, expected) in EXPECTED {
        let campaign = pages.campaign(json!({ "name": "Unmistakable", "headline": "Unmistakable" })).await;
        let creative: Uuid = sqlx::query_scalar("SELECT creative_id FROM creative WHERE campaign_id = $1")
            .bind(campaign.as_uuid())
            .fetch_one(&pages.test.superuser)
            .await
            .expect("a creative");
        let path = path
            .replace("{campaign_id}", &campaign.to_string())
            .replace("{creative_id}", &creative.to_string())
            .replace("{tenant_id}", UNKNOWN)
            .replace("{image_id}", UNKNOWN)
            .replace("{token}", "x");
        // The admin of the campaign's tenant calls last, because this call changes the campaign.
        for index in [0, 1, 3, 2] {
            let method: Method = method.parse().expect("a method");
            let request = callers[index].request(&pages, &method, &path).await.header("origin", ORIGIN);
            let request = match sent {
                Nothing => request,
                Json(body) => request.header("content-type", "application/json").body(*body),
                Form(body) => request.header("content-type", "application/x-www-form-urlencoded").body(*body),
                Multipart => request.header("content-type", "multipart/form-data; boundary=x").body("--x--\r\n"),
            };
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            if status != expected[index] {
                wrong.push(format!("{method} {path} by caller {index}: {status}, not {}", expected[index]));
            }
            let body = response.text().await.expect("text");
            let sees = index == 2 || path == "/v1/ad-selections";
            assert!(sees || !body.contains("Unmistakable"), "{method} {path} shows the campaign to caller {index}");
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_table_lists_every_endpoint() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/http"));
    let table: Vec<_> = EXPECTED.iter().map(|(method, path, ..)| (*method, *path)).collect();
    support::assert_lists_every_endpoint(&table, ad::http::api::document().json(), folder);
}

//! The bounds in the OpenAPI document are those of the domain.
//!
//! To add a bounded field of a request: a row in [`TEXTS`] or [`NUMBERS`]. [`the_tables_list_every_bound`] fails without it.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Tenant, TestApp},
    requests::{campaign_body, money},
};

/// A field of a schema, and the name of the field in a request with its value in place.
type Field = (&'static str, &'static str, fn(Value) -> Value);

/// Bounds of a length in characters.
const TEXTS: &[Field] = &[
    ("NewCampaign", "name", |text| json!({ "name": text })),
    ("NewCampaign", "headline", |text| json!({ "headline": text })),
    ("NewCampaign", "body", |text| json!({ "body": text })),
    ("NewCampaign", "landing_url", |text| json!({ "landing_url": text })),
    ("NewCreative", "headline", |text| json!({ "headline": text })),
    ("NewCreative", "body", |text| json!({ "body": text })),
    ("NewCreative", "landing_url", |text| json!({ "landing_url": text })),
    ("NewCreativeImage", "alt", |text| json!({ "image": { "image_id": "0".repeat(64), "alt": text } })),
    ("NewCreativeImage", "image_id", |text| json!({ "image": { "image_id": text, "alt": "x" } })),
    ("CampaignChange", "name", |text| json!({ "name": text })),
    ("Money", "currency_code", |text| json!({ "bid": { "micros": 300_000_000, "currency_code": text } })),
];

/// Bounds of a number.
const NUMBERS: &[Field] = &[
    ("NewCampaign", "frequency_cap", |cap| json!({ "frequency_cap": cap })),
    ("NewCampaign", "hours[]", |hour| json!({ "hours": [hour] })),
    ("CampaignChange", "frequency_cap", |cap| json!({ "frequency_cap": cap })),
    ("CampaignChange", "hours[]", |hour| json!({ "hours": [hour] })),
    ("Money", "micros", |micros| json!({ "total_budget": { "micros": micros, "currency_code": "KRW" } })),
    ("NewAdSelection", "count", |count| json!({ "count": count })),
];

/// Sends the fields in a request that is valid otherwise. Returns whether they were accepted, but for an image that is not there.
async fn accepts(test: &TestApp, tenant: &Tenant, campaign: &str, schema: &str, fields: &Value) -> bool {
    let (method, path, mut body) = match schema {
        "CampaignChange" => (Method::PATCH, campaign.to_owned(), json!({})),
        "NewCreative" => {
            let valid = json!({ "headline": "x", "body": "x", "landing_url": "https://x.example/" });
            (Method::POST, format!("{campaign}/creatives"), valid)
        }
        "NewAdSelection" => {
            let valid = json!({ "placement": "mypage.home", "locale": "ko", "count": 1 });
            (Method::POST, "/v1/ad-selections".to_owned(), valid)
        }
        _ => (Method::POST, "/v1/campaigns".to_owned(), campaign_body("KRW")),
    };
    body.as_object_mut().expect("an object").extend(fields.as_object().expect("fields").clone());
    let (status, answer) = test.send(method, &path, &tenant.admin_token, &body).await;
    assert!([200, 201, 422].contains(&status), "{body}: {answer}");
    let unknown = [json!({ "field": "image.image_id", "code": "unknown" })];
    let errors = answer["errors"].as_array();
    status < 300
        || errors.is_some_and(|errors| {
            errors.iter().map(|error| json!({ "field": error["field"], "code": error["code"] })).eq(unknown)
        })
}

/// A text of that many characters that is valid but for its length.
fn text(field: &str, length: u64) -> Value {
    let length = usize::try_from(length).expect("a length");
    match field {
        "landing_url" => format!("{:x<length$}", "https://x.example/"),
        "image_id" => "0".repeat(length),
        "currency_code" => format!("{:W<length$.length$}", "KRW"),
        _ => "가".repeat(length),
    }
    .into()
}

/// The schema of a field, or of the items of a list.
fn schema<'a>(document: &'a Value, schema: &str, field: &str) -> &'a Value {
    let name = field.trim_end_matches("[]");
    let found = &document["components"]["schemas"][schema]["properties"][name];
    if name == field { found } else { &found["items"] }
}

#[tokio::test]
async fn a_value_is_refused_beyond_its_documented_bounds_and_not_within() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.app.index.refresh().await.expect("an index");
    let campaign =
        format!("/v1/campaigns/{}", test.campaign(&tenant, json!({ "total_budget": money(1_000, "KRW") })).await);
    let document = ad::http::api::document();
    for &(name, field, fields) in TEXTS {
        let schema = schema(document.json(), name, field);
        let most = schema["maxLength"].as_u64().expect("a maximum");
        let mut lengths = vec![(most, true), (most + 1, false)];
        if let Some(least) = schema["minLength"].as_u64() {
            lengths.extend([(least, true), (least - 1, false)]);
        }
        for (length, accepted) in lengths {
            let sent = fields(text(field, length));
            assert_eq!(accepts(&test, &tenant, &campaign, name, &sent).await, accepted, "{name}.{field}: {length}");
        }
    }
    for &(name, field, fields) in NUMBERS {
        let schema = schema(document.json(), name, field);
        let [least, most] = ["minimum", "maximum"].map(|bound| schema[bound].as_i64().expect("a bound"));
        // The least amount of a request depends on the currency.
        let lowest = (name != "Money", least);
        for (accepted, number) in [(false, least - 1), lowest, (true, most), (false, most + 1)] {
            let sent = fields(number.into());
            assert_eq!(accepts(&test, &tenant, &campaign, name, &sent).await, accepted, "{name}.{field}: {number}");
        }
    }
}

#[test]
fn the_tables_list_every_bound() {
    let document = ad::http::api::document();
    let requests = ["NewCampaign", "NewCreative", "NewCreativeImage", "CampaignChange", "NewAdSelection", "Money"];
    let mut bounded = BTreeSet::new();
    for name in requests {
        for (field, schema) in
            document.json()["components"]["schemas"][name]["properties"].as_object().expect("properties")
        {
            let has = |schema: &Value, bounds: [&str; 2]| bounds.iter().any(|bound| schema.get(*bound).is_some());
            let is_bounded = |schema| has(schema, ["maxLength", "minLength"]) || has(schema, ["maximum", "minimum"]);
            if is_bounded(schema) {
                bounded.insert((name, field.clone()));
            }
            if is_bounded(&schema["items"]) {
                bounded.insert((name, format!("{field}[]")));
            }
        }
    }
    let listed = TEXTS.iter().chain(NUMBERS).map(|(name, field, _)| (*name, (*field).to_owned()));
    assert_eq!(listed.collect::<BTreeSet<_>>(), bounded);
}

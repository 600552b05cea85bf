//! What ad shows to whoever comes by.

use serde_json::Value;

use crate::app::TestApp;

#[tokio::test]
async fn the_document_says_what_is_served() {
    let app = TestApp::start().await;
    let document: Value = app.browse("/openapi.json").await.json().await.expect("JSON");
    let printed: Value = serde_json::from_str(&ad::http::openapi_json()).expect("JSON");
    assert_eq!(document, printed);
    let paths: Vec<_> = document["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(paths, ["/v1/campaigns", "/v1/campaigns/{campaign_id}", "/v1/charges"]);
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            assert_eq!(operation["security"], serde_json::json!([{ "access_token": [] }]), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for schema in ["Campaign", "NewCampaign", "CampaignChange", "Charge", "Money", "Problem"] {
        assert!(schemas.contains_key(schema), "{schema}");
    }
}

#[tokio::test]
async fn the_front_says_what_this_is_and_nothing_else_is_there() {
    let app = TestApp::start().await;
    let front: Value = app.browse("/").await.json().await.expect("JSON");
    assert_eq!(front["product"], "ad");
    let nothing = app.browse("/nothing").await;
    assert_eq!(nothing.status(), 404);
    assert_eq!(nothing.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn the_docs_page_lists_every_operation() {
    let app = TestApp::start().await;
    let document: Value = app.browse("/openapi.json").await.json().await.expect("JSON");
    let docs = app.browse("/docs").await;
    assert_eq!(docs.status(), 200);
    let page = docs.text().await.expect("a page");
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            assert!(page.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path}");
        }
    }
    let css = page.split('"').find(|text| text.starts_with("/assets/base.css")).expect("a style sheet");
    assert_eq!(app.browse(css).await.status(), 200);
}

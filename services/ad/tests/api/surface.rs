//! The public paths and the OpenAPI document.

use reqwest::Method;
use serde_json::Value;

use crate::harness::TestApp;

const PAGE: &str = "text/html; charset=utf-8";
const PROBLEM: &str = "application/problem+json";

#[tokio::test]
async fn the_document_describes_every_endpoint() {
    let test = TestApp::start().await;
    let document: Value = test.browse("/openapi.json").await.json().await.expect("JSON");
    assert_eq!(&document, ad::http::api::document().json());
    let paths: Vec<_> = document["paths"].as_object().expect("paths").keys().collect();
    let expected = [
        "/v1/ad-selections",
        "/v1/campaigns",
        "/v1/campaigns/{campaign_id}",
        "/v1/campaigns/{campaign_id}/creatives",
        "/v1/campaigns/{campaign_id}/creatives/{creative_id}",
        "/v1/campaigns/{campaign_id}/duplicate",
        "/v1/charges",
        "/v1/images",
        "/v1/ledger",
    ];
    assert_eq!(paths, expected);
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            assert_eq!(operation["security"], serde_json::json!([{ "access_token": [] }]), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for schema in ["Campaign", "NewCampaign", "CampaignChange", "Creative", "NewCreative", "Charge", "Money", "Problem"]
    {
        assert!(schemas.contains_key(schema), "{schema}");
    }
}

#[test]
fn each_answer_with_one_campaign_or_creative_has_a_documented_state() {
    let document = ad::http::api::document();
    let mut found = 0;
    for (path, operations) in document.json()["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            for (status, answer) in operation["responses"].as_object().expect("answers") {
                let schema = answer["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
                if schema.ends_with("/Campaign") || schema.ends_with("/Creative") {
                    found += 1;
                    assert!(answer["headers"]["ETag"].is_object(), "{method} {path}: {status}");
                }
            }
        }
    }
    assert_eq!(found, 6);
}

#[tokio::test]
async fn a_field_that_a_request_does_not_have_is_refused_by_its_name() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    for wrong in support::wrong_fields(ad::http::api::document().json()) {
        let method = wrong.method.to_uppercase().parse().expect("a method");
        let (status, problem) = test.send(method, &wrong.path, &tenant.admin_token, &wrong.body).await;
        wrong.assert_refused(status, &problem);
    }
}

#[tokio::test]
async fn the_root_describes_the_product_and_unknown_paths_are_problems() {
    let test = TestApp::start().await;
    let front: Value = test.browse("/").await.json().await.expect("JSON");
    assert_eq!(front["product"], "ad");
    let unknown = test.browse("/nothing").await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_explanation() {
    let test = TestApp::start().await;
    let problem: Value = test.browse("/c/not-a-link").await.json().await.expect("JSON");
    let page = test.browse(problem["type"].as_str().expect("a type")).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.expect("a page").contains("The link was not made by this deployment"));
}

#[tokio::test]
async fn the_docs_page_lists_every_operation() {
    let test = TestApp::start().await;
    let document: Value = test.browse("/openapi.json").await.json().await.expect("JSON");
    let docs = test.browse("/docs").await;
    assert_eq!(docs.status(), 200);
    let page = docs.text().await.expect("a page");
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            assert!(page.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path}");
        }
    }
    let css = page.split('"').find(|text| text.starts_with("/assets/base.css")).expect("a style sheet");
    assert_eq!(test.browse(css).await.status(), 200);
}

#[tokio::test]
async fn a_browser_gets_pages_and_a_program_gets_problems() {
    let test = TestApp::start().await;
    let client = reqwest::Client::new();
    for (path, status, code, title) in [
        ("/nothing", 404, "not_found", "페이지를 찾을 수 없습니다"),
        ("/c/not-a-link", 404, "link_not_found", "페이지를 찾을 수 없습니다"),
        ("/c/%FF", 400, "invalid_request", "요청을 읽을 수 없습니다"),
        ("/v1/campaigns", 401, "unauthenticated", "프로그램을 위한 주소입니다"),
    ] {
        let problem = test.browse(path).await;
        assert_eq!(
            (problem.status().as_u16(), &problem.headers()["content-type"]),
            (status, &PROBLEM.parse().expect("a type"))
        );
        assert_eq!(problem.json::<Value>().await.expect("JSON")["code"], code, "{path}");
        let request = client.get(test.url(path)).header("accept", "text/html").header("accept-language", "ko");
        let page = request.send().await.expect("an answer");
        assert_eq!((page.status().as_u16(), &page.headers()["content-type"]), (status, &PAGE.parse().expect("a type")));
        let page = page.text().await.expect("a page");
        assert!(page.contains(title) && page.contains("lang=\"ko\""), "{path}: {page}");
    }
    let front = client.get(test.url("/")).header("accept", "text/html").send().await.expect("an answer");
    assert!(front.url().path() == "/" && front.status() == 200, "{}", front.url());
    let front = front.text().await.expect("a page");
    assert!(front.contains("href=\"/docs\"") && front.contains("/auth/sign-in"), "{front}");
}

#[tokio::test]
async fn an_error_depends_on_the_client_and_not_on_the_method() {
    let test = TestApp::start().await;
    let client = reqwest::Client::new();
    for (method, path, body, status) in [
        (Method::HEAD, "/c/not-a-link", 0, 404),
        (Method::POST, "/c/not-a-link", 0, 405),
        (Method::DELETE, "/docs", 0, 405),
        (Method::POST, "/v1/campaigns", (1 << 20) + 1, 401),
    ] {
        for (accept, kind) in [("text/html,*/*;q=0.8", PAGE), ("application/json", PROBLEM), ("*/*", PROBLEM)] {
            let request = client.request(method.clone(), test.url(path)).header("accept", accept);
            let answer = request.body("x".repeat(body)).send().await.expect("an answer");
            let what = format!("{method} {path} for {accept}");
            assert_eq!((answer.status().as_u16(), answer.headers()["content-type"] == kind), (status, true), "{what}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{what}");
            assert!(kind == PROBLEM || answer.headers().contains_key("content-security-policy"), "{what}");
        }
    }
}

#[tokio::test]
async fn a_client_with_a_token_gets_problems_whatever_it_accepts() {
    let test = TestApp::start().await;
    let request = test.request(Method::GET, "/v1/campaigns", "not-a-token").header("accept", "text/html, */*;q=.2");
    let answer = request.send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"] == PROBLEM), (401, true));
}

use axum::body::Body;
use http::{Request, header};
use serde_json::json;
use tower::ServiceExt;

use super::*;

fn document() -> ApiDocument {
    ApiDocument::completed(json!({
        "openapi": "3.1.0",
        "info": { "title": "shop", "version": "1", "description": "Sells `tea`." },
        "security": [{ "access_token": [] }],
        "paths": {
            "/v1/orders": {
                "get": { "operationId": "list", "tags": ["orders"], "summary": "Lists orders.",
                    "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer" } }],
                    "responses": { "200": { "description": "", "content": {
                        "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } } } } },
                "post": { "operationId": "place_order", "tags": ["orders"], "security": [],
                    "requestBody": { "content": { "application/json": {
                        "schema": { "$ref": "#/components/schemas/Order" } } } },
                    "responses": { "201": { "description": "" }, "422": { "description": "`sold_out` among them" } } }
            },
            "/v1/pictures": { "post": { "operationId": "upload_picture", "security": [],
                "requestBody": { "content": { "application/octet-stream": { "schema": { "type": "string" } } } },
                "responses": { "201": { "description": "" } } } }
        },
        "components": { "schemas": {
            "Order": { "type": "object", "required": ["item"], "properties": {
                "item": { "type": "string", "description": "Its name.", "example": "green tea" },
                "price": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Price" }] } } },
            "Problem": { "type": "object" },
            "Price": { "type": "object", "properties": { "micros": { "type": "integer" } } },
            "Receipt": { "type": "object", "properties": { "number": { "type": "integer" } } } } }
    }))
}

fn response(operation: &str, status: &str) -> Value {
    document().json()["paths"]["/v1/orders"][operation]["responses"][status].clone()
}

async fn get_docs(language: &str) -> (http::HeaderMap, String) {
    let request = Request::get("/docs").header(header::ACCEPT_LANGUAGE, language).body(Body::empty());
    let response = document().router::<()>().oneshot(request.expect("a request")).await.expect("infallible");
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    (headers, String::from_utf8(body.to_vec()).expect("text"))
}

#[test]
fn responses_follow_from_what_an_operation_takes() {
    for (operation, status) in [("get", "401"), ("get", "403"), ("get", "422"), ("post", "400"), ("post", "503")] {
        let response = response(operation, status);
        assert!(response["content"]["application/problem+json"].is_object(), "{operation} {status}: {response}");
    }
    assert_eq!(response("post", "401"), Value::Null, "the operation is open to anyone");
    assert_eq!(response("get", "400"), Value::Null, "the operation has no body");
    assert_eq!(response("post", "201")["description"], "Created");
    assert_eq!(response("post", "422")["description"], "`sold_out` among them");
}

#[tokio::test]
async fn a_body_of_bytes_has_its_media_type_instead_of_a_schema() {
    let documented = document().json()["paths"]["/v1/pictures"]["post"]["responses"].clone();
    assert!(documented["413"].is_object() && documented.get("415").is_none(), "{documented}");
    let (_, page) = get_docs("en").await;
    assert!(page.contains("<code>application/octet-stream</code>") && !page.contains("href=\"#\""), "{page}");
}

#[test]
#[should_panic(expected = "#/components/schemas/OrderId")]
fn a_reference_to_a_missing_schema_is_refused() {
    let parameter = json!({ "name": "order_id", "in": "path", "schema": { "$ref": "#/components/schemas/OrderId" } });
    ApiDocument::completed(json!({ "paths": { "/v1/orders/{order_id}": { "get": { "parameters": [parameter] } } } }));
}

#[test]
fn the_objects_of_a_request_have_no_other_fields() {
    let document = document();
    let schemas = &document.json()["components"]["schemas"];
    for name in ["Order", "Price"] {
        assert_eq!(schemas[name]["additionalProperties"], json!(false), "{name}");
    }
    assert_eq!(schemas["Receipt"].get("additionalProperties"), None, "a response may get more fields");
}

#[test]
fn only_a_one_word_operation_id_gets_its_tag() {
    let document = document();
    let operations = &document.json()["paths"]["/v1/orders"];
    assert_eq!(operations["get"]["operationId"], "orders_list");
    assert_eq!(operations["post"]["operationId"], "place_order");
}

#[tokio::test]
async fn the_page_lists_every_operation_in_the_browsers_language() {
    let (headers, english) = get_docs("en").await;
    assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY));
    for text in ["GET /v1/orders", "POST /v1/orders", "Sells tea.", "green tea", "Needs an access token"] {
        assert!(english.contains(text), "{text} is missing in {english}");
    }
    let (_, korean) = get_docs("ko").await;
    assert!(korean.contains("<html lang=\"ko\">") && korean.contains("액세스 토큰 필요"), "{korean}");
}

#[tokio::test]
async fn the_page_has_all_its_texts_in_both_languages() {
    for language in ["en", "ko"] {
        let (_, page) = get_docs(language).await;
        assert!(!page.contains("docs-"), "the key of a missing text is shown: {page}");
    }
}

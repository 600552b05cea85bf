//! Finishes the OpenAPI document: what each endpoint can answer because of what it takes is written once, here. An
//! endpoint itself documents only what is its own.

use serde_json::{Map, Value, json};

/// Answers that follow from what an operation takes: status, what it means.
const BECAUSE_OF_TOKEN: [(&str, &str); 2] = [
    ("401", "No access token, or none that is good"),
    ("403", "The token's client may not, or the person may not: `insufficient_scope`, `forbidden`"),
];
const BECAUSE_OF_BODY: [(&str, &str); 4] = [
    ("400", "The body is no JSON: `malformed_json`"),
    ("413", "The body is longer than 1 MiB: `too_large`"),
    ("415", "The body is of another type: `unsupported_media_type`"),
    ("422", "Fields that can't be accepted, each with a code: `invalid_request`"),
];
const BECAUSE_OF_PARAMETERS: [(&str, &str); 1] =
    [("422", "Fields that can't be accepted, each with a code: `invalid_request`")];
const ALWAYS: [(&str, &str); 1] = [("503", "Busy, or the store is out of reach: try again")];

/// Adds what the operations don't say themselves.
pub(super) fn complete(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for operation in
        paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut).flat_map(Map::values_mut)
    {
        name(operation);
        answer(operation);
    }
}

/// Handlers are named by their verb, which is unique in their file only.
fn name(operation: &mut Value) {
    if let (Some(tag), Some(verb)) = (operation["tags"][0].as_str(), operation["operationId"].as_str()) {
        operation["operationId"] = json!(format!("{tag}_{verb}"));
    }
}

fn answer(operation: &mut Value) {
    let mut common = ALWAYS.to_vec();
    if operation.get("security").is_some() {
        common.extend(BECAUSE_OF_TOKEN);
    }
    if operation.get("requestBody").is_some() {
        common.extend(BECAUSE_OF_BODY);
    }
    if operation.get("parameters").is_some() {
        common.extend(BECAUSE_OF_PARAMETERS);
    }
    let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, meaning) in common {
        let answer = answers.entry(status).or_insert_with(|| json!({}));
        if answer.get("description").is_none() {
            answer["description"] = json!(meaning);
        }
    }
    for (status, answer) in answers {
        if answer.get("description").is_none() {
            answer["description"] = json!(if status == "201" { "Made" } else { "Done" });
        }
        if status.as_str() >= "400" {
            answer["content"] =
                json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
        }
        match status.as_str() {
            "401" => answer["headers"] = header("WWW-Authenticate", "How to authenticate: RFC 6750", "string"),
            "429" | "503" => answer["headers"] = header("Retry-After", "Seconds to wait", "integer"),
            _ => {}
        }
    }
}

fn header(name: &str, description: &str, kind: &str) -> Value {
    json!({name: {"description": description, "schema": {"type": kind}}})
}

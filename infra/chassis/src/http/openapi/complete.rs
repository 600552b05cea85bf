//! Completes a generated OpenAPI document: adds the responses that follow from the token, parameters and body of an
//! operation, and states that request bodies have no other fields.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Status and description of the responses of operations that need an access token.
const OF_TOKEN: [(&str, &str); 2] = [
    ("401", "The access token is missing or not valid"),
    ("403", "Not allowed: the token lacks a scope (`insufficient_scope`), or the person a role (`forbidden`)"),
];
const OF_BODY: [(&str, &str); 1] = [("413", "The body is longer than 1 MiB: `too_large`")];
const OF_JSON: [(&str, &str); 3] = [
    ("400", "The body is not valid JSON: `malformed_json`"),
    ("415", "The body has another media type: `unsupported_media_type`"),
    (
        "422",
        "Fields that are not valid, each with a code: `invalid_request`. Among the codes are `unknown_field` for a field \
         that the request does not have, and `fixed` for one that cannot be changed.",
    ),
];
const OF_PARAMETERS: [(&str, &str); 1] = [INVALID];
const OF_ALL: [(&str, &str); 1] = [("503", "Overloaded, or the database is unavailable: try again")];
const INVALID: (&str, &str) = ("422", "Fields that are not valid, each with a code: `invalid_request`");

/// Completes every operation of the document.
pub(super) fn complete(document: &mut Value) {
    let all_protected = document.get("security").is_some();
    let mut schemas = vec![];
    for operation in operations(document) {
        name(operation);
        add_responses(operation, all_protected);
        if let Some(schema) = operation.pointer_mut("/requestBody/content/application~1json/schema") {
            close(schema, &mut schemas);
        }
    }
    close_all(document, schemas);
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

/// The references in `part` that lead to nothing in `document`.
pub(super) fn unknown_references<'a>(document: &Value, part: &'a Value) -> BTreeSet<&'a str> {
    let of = |each: &'a Value| unknown_references(document, each);
    match part {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.filter(|to| to.strip_prefix('#').is_none_or(|pointer| document.pointer(pointer).is_none()));
            own.into_iter().chain(members.values().flat_map(of)).collect()
        }
        Value::Array(each) => each.iter().flat_map(of).collect(),
        _ => BTreeSet::new(),
    }
}

/// Closes the schemas with these names, and all that they refer to.
fn close_all(document: &mut Value, mut names: Vec<String>) {
    let mut closed = BTreeSet::new();
    while let Some(name) = names.pop() {
        if let Some(schema) = document["components"]["schemas"].get_mut(&name)
            && closed.insert(name)
        {
            close(schema, &mut names);
        }
    }
}

/// States that an object has no other fields: [`crate::http::Json`] refuses them. Collects the names of the schemas that
/// it refers to.
fn close(schema: &mut Value, names: &mut Vec<String>) {
    names.extend(super::view::reference(schema).map(str::to_owned));
    if schema.get("properties").is_some() {
        schema["additionalProperties"] = json!(false);
    }
    match schema {
        Value::Object(members) => members.values_mut().for_each(|each| close(each, names)),
        Value::Array(each) => each.iter_mut().for_each(|each| close(each, names)),
        _ => {}
    }
}

/// Makes the id of an operation unique. utoipa names it after its handler, and handlers are verbs such as `list`.
fn name(operation: &mut Value) {
    if let (Some(tag), Some(verb)) = (operation["tags"][0].as_str(), operation["operationId"].as_str())
        && !verb.contains('_')
    {
        operation["operationId"] = json!(format!("{tag}_{verb}"));
    }
}

fn add_responses(operation: &mut Value, all_protected: bool) {
    let mut common = OF_ALL.to_vec();
    if super::view::is_protected(operation, all_protected) {
        common.extend(OF_TOKEN);
    }
    if operation.get("requestBody").is_some() {
        common.extend(OF_BODY);
    }
    if operation["requestBody"]["content"].get("application/json").is_some() {
        common.extend(OF_JSON);
    }
    if operation.get("parameters").is_some() {
        common.extend(OF_PARAMETERS);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, description) in common {
        describe(responses.entry(status).or_insert_with(|| json!({})), description);
    }
    for (status, response) in responses {
        describe(response, if status == "201" { "Created" } else { "Success" });
        if status.as_str() >= "400" {
            response["content"] =
                json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
        }
        match status.as_str() {
            "401" => response["headers"] = header("WWW-Authenticate", "How to authenticate: RFC 6750", "string"),
            "429" | "503" => response["headers"] = header("Retry-After", "Seconds to wait", "integer"),
            _ => {}
        }
    }
}

/// Describes a response that has no description yet; utoipa writes an empty one.
fn describe(response: &mut Value, description: &str) {
    if response["description"].as_str().unwrap_or_default().is_empty() {
        response["description"] = json!(description);
    }
}

fn header(name: &str, description: &str, kind: &str) -> Value {
    json!({name: {"description": description, "schema": {"type": kind}}})
}

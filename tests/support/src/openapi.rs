//! Requests made from an OpenAPI document, so that a test covers the operations that are added later.

use serde_json::{Map, Value, json};

/// An id that exists nowhere.
const UNKNOWN_ID: &str = "00000000-0000-7000-8000-000000000000";
const UNKNOWN_FIELD: &str = "no_such_field";

/// A JSON request with one field that must be refused.
#[derive(Debug)]
pub struct WrongField {
    /// Such as `patch`.
    pub method: String,
    /// With an id that exists nowhere in place of each parameter.
    pub path: String,
    /// The body. Required fields are missing.
    pub body: Value,
    /// The path of the field, as in the errors of the problem.
    pub field: String,
    /// The code of the field's error.
    pub code: &'static str,
}

impl WrongField {
    /// Asserts that the answer is 422 and names the field with the code.
    ///
    /// # Panics
    /// If it does not.
    pub fn assert_refused(&self, status: u16, problem: &Value) {
        let errors = problem["errors"].as_array().into_iter().flatten();
        let mut named = errors.map(|error| (error["field"].as_str(), error["code"].as_str()));
        let is_named = named.any(|named| named == (Some(self.field.as_str()), Some(self.code)));
        assert!(status == 422 && is_named, "{self:?}: {status} {problem}");
    }
}

/// Lists wrong requests for each operation with a JSON body.
///
/// There is one with an unknown field for each object of the body: `unknown_field`. For an operation that changes a
/// resource there is also one for each field that only the response has: `fixed`.
///
/// # Panics
/// If no operation has a JSON body.
pub fn wrong_fields(document: &Value) -> Vec<WrongField> {
    let mut all = vec![];
    for (path, operations) in members(&document["paths"]) {
        let filled = path.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
        let filled = filled.collect::<Vec<_>>().join(UNKNOWN_ID);
        for (method, operation) in members(operations) {
            let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else { continue };
            let add = |(field, body, code): (String, Value, &'static str)| WrongField {
                method: method.clone(),
                path: filled.clone(),
                body,
                field,
                code,
            };
            let unknown = unknown_fields(document, schema).into_iter();
            all.extend(unknown.map(|(field, body)| (field, body, "unknown_field")).map(add));
            if matches!(method.as_str(), "patch" | "put") {
                let fixed = fixed_fields(document, operation, schema).into_iter();
                all.extend(fixed.map(|name| (name.clone(), json!({ name: 1 }), "fixed")).map(add));
            }
        }
    }
    assert!(!all.is_empty(), "no operation has a JSON body");
    all
}

/// An unknown field in each object of the schema: its path, and the body.
fn unknown_fields(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    let schema = resolve(document, schema);
    if schema["type"] == "array" {
        let items = unknown_fields(document, &schema["items"]).into_iter();
        return items.map(|(field, item)| (format!("[0].{field}"), json!([item]))).collect();
    }
    let Some(properties) = schema["properties"].as_object() else { return vec![] };
    let mut found = vec![(UNKNOWN_FIELD.to_owned(), json!({ UNKNOWN_FIELD: 1 }))];
    for (name, property) in properties {
        let inner = unknown_fields(document, property).into_iter();
        found.extend(inner.map(|(field, value)| {
            let field = if field.starts_with('[') { format!("{name}{field}") } else { format!("{name}.{field}") };
            (field, json!({ name: value }))
        }));
    }
    found
}

/// The fields of the response that the request does not have.
fn fixed_fields(document: &Value, operation: &Value, request: &Value) -> Vec<String> {
    let fields = |schema: &Value| resolve(document, schema)["properties"].as_object().cloned().unwrap_or_default();
    let response = operation.pointer("/responses/200/content/application~1json/schema");
    let (known, shown): (Map<_, _>, Map<_, _>) = (fields(request), response.map(fields).unwrap_or_default());
    shown.into_iter().map(|(name, _)| name).filter(|name| !known.contains_key(name)).collect()
}

/// Follows references and takes the alternative to `null`.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return resolve(document, &document["components"]["schemas"][name]);
    }
    let mut alternatives = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    alternatives.find(|each| each["type"] != "null").map_or(schema, |each| resolve(document, each))
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

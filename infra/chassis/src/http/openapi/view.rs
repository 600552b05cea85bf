//! Reads the data of the page from an OpenAPI document.

use serde_json::{Map, Value};

/// The keys of a path item that are operations (OpenAPI 3.1, Path Item Object).
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// One method of one path.
pub(super) struct Endpoint {
    /// The anchor on the page.
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) text: String,
    /// Whether it needs an access token.
    pub(super) protected: bool,
    pub(super) parameters: Vec<Field>,
    pub(super) body: Option<Body>,
    pub(super) responses: Vec<Response>,
}

/// The body of a request.
pub(super) struct Body {
    pub(super) media_type: String,
    /// The name of its schema, and an example. A body of bytes has neither.
    pub(super) schema: Option<(String, String)>,
}

/// One response of an operation.
pub(super) struct Response {
    pub(super) status: String,
    pub(super) text: String,
    /// The name of the body's schema.
    pub(super) schema: Option<String>,
}

/// A schema with fields.
pub(super) struct Schema {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) fields: Vec<Field>,
}

/// A field or a parameter.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    /// The name of the schema that the page links to.
    pub(super) link: Option<String>,
    pub(super) required: bool,
    pub(super) text: String,
}

/// All operations, in the document's order.
pub(super) fn endpoints(document: &Value) -> Vec<Endpoint> {
    let operations = members(&document["paths"]).flat_map(|(path, item)| {
        let operations = members(item).filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.map(move |(method, operation)| endpoint(document, path, method, operation))
    });
    operations.collect()
}

fn endpoint(document: &Value, path: &str, method: &str, operation: &Value) -> Endpoint {
    let both = [&operation["summary"], &operation["description"]].map(text);
    Endpoint {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        text: both.join(" ").trim().to_owned(),
        protected: is_protected(operation, document.get("security").is_some()),
        parameters: list(&operation["parameters"]).map(parameter).collect(),
        body: content(&operation["requestBody"]).map(|(media_type, schema)| Body {
            media_type: media_type.clone(),
            schema: reference(schema).map(|name| {
                let example = serde_json::to_string_pretty(&example(document, schema)).unwrap_or_default();
                (name.to_owned(), example)
            }),
        }),
        responses: members(&operation["responses"])
            .map(|(status, response)| Response {
                status: status.clone(),
                text: text(&response["description"]),
                schema: content(response).and_then(|(_, schema)| reference(schema)).map(str::to_owned),
            })
            .collect(),
    }
}

/// Whether an operation needs an access token: by its own `security`, else by the document's.
pub(super) fn is_protected(operation: &Value, all_protected: bool) -> bool {
    match operation.get("security").and_then(Value::as_array) {
        Some(own) => !own.is_empty(),
        None => all_protected,
    }
}

/// All schemas that have fields.
pub(super) fn schemas(document: &Value) -> Vec<Schema> {
    let schema = |(name, schema): (&String, &Value)| Schema {
        name: name.clone(),
        text: text(&schema["description"]),
        fields: fields(document, schema),
    };
    members(&document["components"]["schemas"]).map(schema).filter(|schema| !schema.fields.is_empty()).collect()
}

fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let inherited = list(&schema["allOf"]).flat_map(|part| fields(document, resolve(document, part)));
    let required: Vec<_> = list(&schema["required"]).filter_map(Value::as_str).collect();
    let own = members(&schema["properties"])
        .map(|(name, schema)| field(name, schema, required.contains(&name.as_str()), &schema["description"]));
    inherited.chain(own).collect()
}

fn parameter(parameter: &Value) -> Field {
    let required = parameter["required"].as_bool().unwrap_or_default();
    let mut field = field(&text(&parameter["name"]), &parameter["schema"], required, &parameter["description"]);
    field.kind = format!("{}, {}", text(&parameter["in"]), field.kind);
    field
}

fn field(name: &str, schema: &Value, required: bool, description: &Value) -> Field {
    let items = if schema["type"] == "array" { &schema["items"] } else { schema };
    let kind = kind(items);
    let kind = if schema["type"] == "array" { format!("list of {kind}") } else { kind };
    let link = reference(items).filter(|name| !is_id(name)).map(str::to_owned);
    Field { name: name.to_owned(), kind, link, required, text: text(description) }
}

/// The type of a field in one or two words.
fn kind(schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        return if is_id(name) { "uuid".to_owned() } else { name.to_owned() };
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).filter(|kind| kind != "null").collect::<Vec<_>>().join(" or "),
        kind => text(kind),
    };
    let format = schema["format"].as_str();
    format.filter(|format| !format.starts_with("int")).map_or(kinds, str::to_owned)
}

/// Typed ids, such as `UserId`, are shown as `uuid`.
fn is_id(name: &str) -> bool {
    name.ends_with("Id")
}

/// Builds an example of a schema: from the examples in the schema, else placeholders.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(given) = schema.get("example").or(schema["examples"].get(0)) {
        return given.clone();
    }
    if reference(schema).is_some() {
        return example(document, resolve(document, schema));
    }
    match kind(schema).as_str() {
        "object" => {
            let each = |(name, schema): (&String, &Value)| (name.clone(), example(document, schema));
            Value::Object(members(&schema["properties"]).map(each).collect::<Map<_, _>>())
        }
        "array" => Value::Array(vec![example(document, &schema["items"])]),
        "integer" => 1.into(),
        "boolean" => true.into(),
        "date-time" => "2026-05-04T03:02:01Z".into(),
        _ => "…".into(),
    }
}

/// The first media type of a body, with its schema.
fn content(holder: &Value) -> Option<(&String, &Value)> {
    members(&holder["content"]).next().map(|(media_type, content)| (media_type, &content["schema"]))
}

/// The name of the schema that this one refers to.
pub(super) fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    reference(schema).map_or(schema, |name| &document["components"]["schemas"][name])
}

/// A description as plain text. Descriptions are Markdown, but use only inline code.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('`', "")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

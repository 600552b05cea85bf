//! JSON bodies. A field that the request does not have is refused: a misspelled field must not look like a success.

use std::marker::PhantomData;

use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_ignored::Path;
use utoipa::PartialSchema;

use super::{body, expect_type, invalid, objects::Objects};
use crate::problem::{FieldError, Problem};

/// Maximum number of unknown fields that one problem names.
const MAX_UNKNOWN: usize = 20;
/// Maximum length of an unknown name in a problem, in characters.
const MAX_NAME: usize = 100;

/// A JSON body of a request or a response. A request body must be an object, and have known fields only; the same holds for
/// each struct inside it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

/// A JSON body that changes a resource. `Resource` is the resource as responses show it.
///
/// As [`Json`]. A field that only `Resource` has exists, but cannot be changed: it is refused with the code `fixed`.
#[derive(Debug)]
pub struct Changes<T, Resource> {
    /// The body.
    pub body: T,
    resource: PhantomData<fn() -> Resource>,
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        read(request, state, |_| false).await.map(Self)
    }
}

impl<T: DeserializeOwned, R: PartialSchema, S: Send + Sync> FromRequest<S> for Changes<T, R> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = read(request, state, has_field::<R>).await?;
        Ok(Self { body, resource: PhantomData })
    }
}

/// Whether responses show `R` with this field.
fn has_field<R: PartialSchema>(name: &str) -> bool {
    serde_json::to_value(R::schema()).is_ok_and(|schema| schema["properties"].get(name).is_some())
}

/// Reads a body. `is_fixed` returns whether the resource has an unknown field.
async fn read<T: DeserializeOwned, S: Send + Sync>(
    request: Request,
    state: &S,
    is_fixed: fn(&str) -> bool,
) -> Result<T, Problem> {
    expect_type(request.headers(), |kind| kind == "application/json" || kind.ends_with("+json"))?;
    let body = body(request, state).await?;
    // The error names no field.
    if body.trim_ascii_start().first().is_some_and(|first| *first != b'{')
        && serde_json::from_slice::<IgnoredAny>(&body).is_ok()
    {
        return Err(FieldError::new("body", "invalid", "must be a JSON object").into());
    }
    let mut errors = vec![];
    let mut refuse = |path: Path<'_>| {
        if errors.len() < MAX_UNKNOWN {
            errors.push(unknown(name(&path), is_fixed));
        }
    };
    let mut json = serde_json::Deserializer::from_slice(&body);
    let value = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(Objects(&mut json), &mut refuse));
    match value {
        Ok(value) => {
            json.end().map_err(|error| malformed(&error))?;
            if errors.is_empty() { Ok(value) } else { Err(Problem::invalid(errors)) }
        }
        Err(error) if error.inner().is_data() => {
            errors.push(invalid(&error.path().to_string(), &error.inner().to_string()));
            Err(Problem::invalid(errors))
        }
        Err(error) => Err(malformed(error.inner())),
    }
}

fn unknown(name: String, is_fixed: fn(&str) -> bool) -> FieldError {
    match is_fixed(&name) {
        true => FieldError::new(name, "fixed", "cannot be changed"),
        false => FieldError::new(name, "unknown_field", "is not a field of this request"),
    }
}

/// The path of a field, such as `lines[0].count`.
fn name(path: &Path<'_>) -> String {
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", name(parent)),
        Path::Map { parent, key } => {
            let (parent, key) = (name(parent), key.chars().take(MAX_NAME).collect::<String>());
            if parent.is_empty() { key } else { format!("{parent}.{key}") }
        }
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => name(parent),
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", format!("The request body is not valid JSON: {error}."))
}

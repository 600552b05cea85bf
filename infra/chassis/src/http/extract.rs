//! Extractors that reject invalid input with a problem that names the field.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request, path::ErrorKind, rejection::PathRejection},
};
use http::{HeaderMap, StatusCode, header, request::Parts};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::problem::{FieldError, Problem};

mod json;
mod objects;

pub use json::{Changes, Json};

/// The query string. Unknown parameters are ignored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

/// The parameters of the path.
#[derive(Debug, Clone, Copy, Default)]
pub struct Path<T>(pub T);

/// The body of an HTML form. Unknown names are ignored. A repeated name fills a `Vec`, which needs `#[serde(default)]`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        expect_type(request.headers(), |kind| kind == "application/x-www-form-urlencoded")?;
        pairs(&body(request, state).await?).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        pairs(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(rejection)) => {
                let names = match RawPathParams::from_request_parts(parts, state).await {
                    Ok(parameters) => parameters.iter().map(|(name, _)| name.to_owned()).collect(),
                    Err(_) => vec![],
                };
                Err(invalid_path(rejection.into_kind(), &names))
            }
            Err(rejection) => Err(Problem::internal(&rejection)),
        }
    }
}

fn invalid_path(kind: ErrorKind, names: &[String]) -> Problem {
    let name = |index: usize| names.get(index).cloned().unwrap_or_else(|| "path".to_owned());
    let must_be = |expected: &str| format!("must be of the type {expected}");
    let (field, detail) = match kind {
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => (key, must_be(expected_type)),
        ErrorKind::ParseErrorAtIndex { index, expected_type, .. } => (name(index), must_be(expected_type)),
        ErrorKind::ParseError { expected_type, .. } => (name(0), must_be(expected_type)),
        ErrorKind::DeserializeError { key, message, .. } => (key, message),
        ErrorKind::InvalidUtf8InPathParam { key } => (key, "must be UTF-8".to_owned()),
        other => (name(0), other.to_string()),
    };
    FieldError::new(field, "invalid", detail).into()
}

pub(super) async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The request body is longer than 1 MiB.")
        }
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "The request body cannot be read."),
    })
}

fn expect_type(headers: &HeaderMap, accepted: impl Fn(&str) -> bool) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if accepted(&kind) {
        return Ok(());
    }
    let detail = format!("The media type `{kind}` is not supported for the request body.");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail))
}

fn pairs<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    let deserializer = serde_html_form::Deserializer::new(form_urlencoded::parse(text));
    serde_path_to_error::deserialize(deserializer)
        .map_err(|error| invalid(&error.path().to_string(), &error.inner().to_string()).into())
}

/// Reads an error of Serde, whose message names a missing field or the Rust type of an object, and ends with a position.
fn invalid(path: &str, message: &str) -> FieldError {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let path = if path == "." { "" } else { path };
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    let Some(missing) = missing else {
        let field = if path.is_empty() { "body" } else { path };
        let message = if message.contains(", expected struct ") { "must be a JSON object" } else { message };
        return FieldError::new(field, "invalid", message);
    };
    let field = if path.is_empty() { missing.to_owned() } else { format!("{path}.{missing}") };
    FieldError::new(field, "required", "must be given")
}

#[cfg(test)]
mod tests;

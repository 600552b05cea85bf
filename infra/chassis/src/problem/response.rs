use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use opentelemetry::trace::TraceContextExt;
use serde::Serialize;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use utoipa::{PartialSchema, ToSchema, openapi};

use super::{FieldError, Problem};

/// A problem as JSON, `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Body<'a> {
    /// A URI of the kind of problem: `/problems/` and the code. It leads to an explanation.
    #[serde(rename = "type")]
    kind: String,
    /// The reason phrase of the HTTP status.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The reason as text for people.
    detail: &'a str,
    /// The stable code.
    code: &'a str,
    /// The fields that are not valid.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    /// The trace id, for a support request.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
}

impl<'a> From<&'a Problem> for Body<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            kind: problem.kind(),
            title: problem.status.canonical_reason().unwrap_or("Error"),
            status: problem.status.as_u16(),
            detail: &problem.detail,
            code: &problem.code,
            errors: &problem.errors,
            trace_id: trace_id(),
        }
    }
}

/// The response has the problem as an extension, too: a product can show it as a page.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(Body::from(&self))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(after) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        let challenge = self.challenge.as_deref().and_then(|challenge| HeaderValue::from_str(challenge).ok());
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl PartialSchema for Problem {
    fn schema() -> openapi::RefOr<openapi::schema::Schema> {
        Body::schema()
    }
}

impl ToSchema for Problem {
    fn schemas(schemas: &mut Vec<(String, openapi::RefOr<openapi::schema::Schema>)>) {
        schemas.push((FieldError::name().into_owned(), FieldError::schema()));
    }
}

/// The id of the current trace.
pub(crate) fn trace_id() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span().span_context().clone();
    span.is_valid().then(|| span.trace_id().to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_response_follows_rfc_9457() {
        let response = Problem::unavailable("Try again.").retry_after(Duration::from_secs(7)).into_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::RETRY_AFTER], "7");
    }

    #[test]
    fn fields_are_named() {
        let problem = Problem::invalid(vec![FieldError::new("name", "required", "must be given")]);
        let body = serde_json::to_value(Body::from(&problem)).expect("json");
        assert_eq!(body["type"], "/problems/invalid_request");
        assert_eq!(body["status"], 422);
        assert_eq!(body["errors"][0]["field"], "name");
        assert_eq!(body.get("trace_id"), None);
    }
}

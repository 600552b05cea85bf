//! Problems: how a request fails, the same by HTTP (RFC 9457) and gRPC.
//!
//! To fail a request: return a [`Problem`] from the handler, as `?` does. A product maps its own error enum in one
//! table, its `error.rs`: `impl From<Error> for Problem`. The `code` is stable English that clients may rely on; the
//! detail is for people and may change. To refuse a field: collect [`FieldError`]s and return [`Problem::invalid`].

use std::{borrow::Cow, time::Duration};

use http::StatusCode;

mod response;
mod rpc;
mod table;

pub use response::Body;
pub use table::{code_of, status_of};

/// Why a request failed, as its sender is told.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    challenge: Option<Box<str>>,
}

/// One field of a request that can't be accepted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Where it stands, as the sender wrote it: `targeting.interests[2]`.
    pub field: String,
    /// Stable English reason: `required`, `too_long`.
    pub code: &'static str,
    /// The reason for people.
    pub detail: String,
}

impl FieldError {
    /// A field and what is wrong with it.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }
}

impl Problem {
    /// A problem with a code of the product's own.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Self { status, code, detail, errors: vec![], retry_after: None, challenge: None }
    }

    /// 422 `invalid_request`: fields that can't be accepted.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let each: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.field, error.detail)).collect();
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", each.join("; ")) }
    }

    /// 404: there is no such thing, or it is another tenant's.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// 403 `forbidden`: the caller is known and may not.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "You may not do this.")
    }

    /// 401 `unauthenticated`: nobody said who asks.
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "An access token is needed.").challenge("Bearer")
    }

    /// 503 `unavailable`: it works again by itself.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).retry_after(Duration::from_secs(1))
    }

    /// 500 `internal`: our own fault. Logs the error with its causes; the sender learns nothing of it but the trace id.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = crate::error::chain(error), "internal error");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.")
    }

    /// Says when trying again makes sense.
    #[must_use]
    pub fn retry_after(self, after: Duration) -> Self {
        Self { retry_after: Some(after), ..self }
    }

    /// Says how to authenticate: `WWW-Authenticate`.
    #[must_use]
    pub fn challenge(self, challenge: impl Into<Box<str>>) -> Self {
        Self { challenge: Some(challenge.into()), ..self }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The reason for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The fields that can't be accepted.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::invalid(vec![error])
    }
}

/// A store that is out of reach comes back by itself; everything else is a fault that the caller did not map.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if crate::db::is_unreachable(&error) {
            tracing::warn!(error = crate::error::chain(&error), "store unreachable");
            return Self::unavailable("The store is out of reach.");
        }
        Self::internal(&error)
    }
}

//! Problems: the error responses of requests, the same for HTTP (RFC 9457) and gRPC.
//!
//! To fail a request: return a [`Problem`] from the handler, for example with `?`. A product maps its error enum in one
//! place, `error.rs`: `impl From<Error> for Problem`. Clients may rely on the `code`; the `detail` is for people and may
//! change.
//!
//! To add a code: add a [`Kind`] to the product's table, which explains it at `/problems/CODE`. A product has one test that
//! calls [`assert_listed`]. It fails for a code without a kind.
//!
//! To reject fields: collect [`FieldError`]s and return [`Problem::invalid`].

use std::{borrow::Cow, time::Duration};

use http::StatusCode;

mod kinds;
mod listed;
mod response;
mod rpc;
mod table;

pub(crate) use kinds::find;
pub use kinds::{COMMON, Kind};
pub use listed::assert_listed;
pub use response::Body;
pub(crate) use response::trace_id;
pub use table::{code_of, status_of};

/// The reason why a request failed, as the client receives it.
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

/// A field of a request that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The path of the field in the request, such as `targeting.interests[2]`.
    pub field: String,
    /// The stable reason, such as `required` or `too_long`.
    pub code: &'static str,
    /// The reason as text for people.
    pub detail: String,
}

impl FieldError {
    /// Creates an error of `field`.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }
}

impl Problem {
    /// Creates a problem with any status and code.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Self { status, code, detail, errors: vec![], retry_after: None, challenge: None }
    }

    /// 422 `invalid_request`: fields are not valid.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let each: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.field, error.detail)).collect();
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", each.join("; ")) }
    }

    /// 404: it does not exist, or it belongs to another tenant.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// 403 `forbidden`: the caller is not allowed to do this.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "You are not allowed to do this.")
    }

    /// 401 `unauthenticated`: the request has no access token.
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "An access token is needed.").challenge("Bearer")
    }

    /// 503 `unavailable`: temporary, with `Retry-After: 1`.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).retry_after(Duration::from_secs(1))
    }

    /// 500 `internal`: an error of the product. Logs `error` with its causes; the client receives only the trace id.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = crate::error::chain(error), "internal error");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.")
    }

    /// Sets `Retry-After`.
    #[must_use]
    pub fn retry_after(self, after: Duration) -> Self {
        Self { retry_after: Some(after), ..self }
    }

    /// Sets `WWW-Authenticate`, which tells the client how to authenticate.
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

    /// The reason as text for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The fields that are not valid.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::invalid(vec![error])
    }
}

/// 503 while the database is unavailable; 500 for any other error, which the product should have mapped.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if crate::db::is_unavailable(&error) {
            tracing::warn!(error = crate::error::chain(&error), "database unavailable");
            return Self::unavailable("The database is unavailable.");
        }
        Self::internal(&error)
    }
}

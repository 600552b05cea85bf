//! Errors of use cases, and their mapping to HTTP problems and gRPC statuses.

use axum::http::StatusCode;
use chassis::problem::{FieldError, Problem};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database error")]
    Store(#[from] sqlx::Error),
    /// An access token may still be valid for minutes after the erasure.
    #[error("the person was erased")]
    Erased,
    #[error("the cursor is not an activity of this timeline")]
    UnknownCursor,
    #[error("invalid request fields")]
    Invalid(Vec<FieldError>),
    #[error("the caller lacks the required role")]
    Forbidden,
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::Erased => Self::new(StatusCode::GONE, "person_erased", "This person was erased."),
            Error::UnknownCursor => FieldError::new(
                "cursor",
                "unknown_cursor",
                "no activity of this timeline has this cursor; start again without a cursor",
            )
            .into(),
            Error::Invalid(errors) => Self::invalid(errors),
            Error::Forbidden => Self::forbidden(),
            Error::Problem(problem) => problem,
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

//! What can go wrong, and what a client is told of it: one table for HTTP and gRPC.

use axum::http::StatusCode;
use chassis::problem::{FieldError, Problem};

/// Why mypage could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database said no, or nothing.
    #[error("the store failed")]
    Store(#[from] sqlx::Error),
    /// The person was erased; a token may outlive the person by minutes.
    #[error("the person was erased")]
    Erased,
    /// No line of the timeline has that id.
    #[error("the cursor is of no line of this timeline")]
    UnknownCursor,
    /// A field can't be accepted.
    #[error("a field is not valid")]
    Invalid(Vec<FieldError>),
    /// The caller may not.
    #[error("not allowed")]
    Forbidden,
    /// Whatever a peer or a token check said.
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::Erased => Self::new(StatusCode::GONE, "person_erased", "This person was erased."),
            Error::UnknownCursor => {
                FieldError::new("cursor", "unknown_cursor", "no activity of yours has this cursor; begin anew").into()
            }
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

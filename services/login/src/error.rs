//! login's errors, and their mapping to HTTP problems and gRPC statuses.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use chassis::{
    auth::AuthError,
    db,
    problem::{FieldError, Problem},
};
use http::StatusCode;

use crate::{domain::oauth::Refusal, keys::KeyError};

/// `Retry-After` when the queue is full.
const BUSY: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Invalid fields of a request.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// The entity does not exist in this tenant, or a link is no longer valid. Holds the problem code.
    #[error("not found: {0}")]
    NotFound(&'static str),
    #[error("the slug is taken")]
    SlugTaken,
    #[error("the plan's limit of members is reached")]
    PlanLimitMembers,
    /// Time until the next day, when sign-ins are possible again.
    #[error("the plan's limit of sign-ins for this day is reached")]
    PlanLimitSignIns(Duration),
    #[error("the tenant has the most clients")]
    TooManyClients,
    #[error("the tenant's last active admin")]
    LastAdmin,
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The same error for an unknown account and a wrong password.
    #[error("wrong e-mail address or password")]
    BadCredentials,
    /// The same error for an unknown passkey, an invalid answer and a suspended person.
    #[error("invalid passkey")]
    BadPasskey,
    /// Time until the next attempt is allowed.
    #[error("too many sign-in attempts")]
    Throttled(Duration),
    #[error("too many concurrent sign-ins")]
    Busy,
    /// A public client has no secret to renew.
    #[error("the client has no secret")]
    SecretNotUsed,
    #[error("forbidden")]
    Forbidden,
    /// The session or the token's grant has ended, or the person or tenant is no longer active.
    #[error("the session has ended")]
    SessionEnded,
    #[error(transparent)]
    OAuth(#[from] Refusal),
    #[error(transparent)]
    Problem(#[from] Problem),
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl Error {
    /// Whether the database is unavailable for now, in contrast to an error of this request.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Store(error) | Self::Keys(KeyError::Store(error)) if db::is_unavailable(error))
    }

    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled(wait) | Self::PlanLimitSignIns(wait) => Some(*wait),
            Self::Busy => Some(BUSY),
            _ => None,
        }
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let conflict = |code, detail| Self::new(StatusCode::CONFLICT, code, detail);
        let retry_after = error.retry_after();
        let problem = match error {
            Error::Invalid(errors) => Self::invalid(errors),
            Error::NotFound(code) => Self::not_found(code, not_found(code)),
            Error::SlugTaken => conflict("slug_taken", "Another tenant has this slug."),
            Error::PlanLimitMembers => conflict("plan_limit_members", "The plan's limit of members is reached."),
            Error::PlanLimitSignIns(_) => {
                let detail = "The plan's limit of sign-ins for this day is reached.";
                Self::new(StatusCode::TOO_MANY_REQUESTS, "plan_limit_sign_ins", detail)
            }
            Error::TooManyClients => conflict("too_many_clients", "A tenant can have at most 100 clients."),
            Error::LastAdmin => conflict("last_admin", "A tenant must keep at least one active admin."),
            Error::EmailTaken => conflict("email_taken", "An account with this e-mail address already exists."),
            Error::SecretNotUsed => conflict("secret_not_used", "A public client has no secret."),
            Error::BadCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "bad_credentials", "The e-mail address or the password is wrong.")
            }
            Error::BadPasskey => Self::new(StatusCode::UNAUTHORIZED, "bad_passkey", "The passkey is not valid."),
            Error::Throttled(_) => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_tries", "Too many attempts. Try again later.")
            }
            Error::Busy => Self::unavailable("Too many concurrent sign-ins. Try again later."),
            Error::Forbidden => Self::forbidden(),
            Error::SessionEnded => AuthError::Invalid("its session or its grant has ended").into(),
            Error::OAuth(refusal) => Self::new(StatusCode::BAD_REQUEST, refusal.code.as_str(), refusal.detail),
            Error::Problem(problem) => problem,
            Error::Store(error) => error.into(),
            Error::Keys(KeyError::Store(error)) => error.into(),
            Error::Keys(error) => Self::internal(&error),
        };
        match retry_after {
            Some(after) => problem.retry_after(after),
            None => problem,
        }
    }
}

/// Explains to the holder of a link why it is no longer valid.
fn not_found(code: &str) -> &'static str {
    match code {
        "sign_up_not_found" | "password_reset_not_found" => {
            "This link was used or replaced by a newer one, or has expired."
        }
        "invitation_not_found" => "This invitation was accepted, replaced by a newer one or withdrawn, or has expired.",
        _ => "Not found in this tenant.",
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

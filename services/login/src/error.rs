//! Everything that can go wrong, and the one table that says how it is answered.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use chassis::problem::{FieldError, Problem};
use http::StatusCode;

use crate::{domain::oauth::Refusal, keys::KeyError};

/// When to try again what found the queue full.
const BUSY: Duration = Duration::from_secs(2);

/// Why login did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields that can't be accepted.
    #[error("fields can't be accepted")]
    Invalid(Vec<FieldError>),
    /// There is no such thing in this tenant, or a link is dead: the code says what.
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// Another tenant has this short name.
    #[error("the slug is taken")]
    SlugTaken,
    /// The plan has no room for another person.
    #[error("the plan's members are used up")]
    PlanLimitMembers,
    /// The plan's sign-ins of this day are used up; the time until the next.
    #[error("the plan's sign-ins of this day are used up")]
    PlanLimitSignIns(Duration),
    /// The company would be left without an admin.
    #[error("the last admin")]
    LastAdmin,
    /// Someone has an account with this address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The address or the password is wrong; nobody learns which.
    #[error("wrong e-mail address or password")]
    BadCredentials,
    /// The passkey is unknown, was not used as asked, or its person may not sign in; nobody learns which.
    #[error("the passkey can't be used")]
    BadPasskey,
    /// Too many tries for this address.
    #[error("too many tries")]
    Throttled(Duration),
    /// More sign-ins at once than can be worked off.
    #[error("too many sign-ins at once")]
    Busy,
    /// The client has no secret, so there is none to renew.
    #[error("the client has no secret")]
    SecretNotUsed,
    /// The caller may not do this.
    #[error("forbidden")]
    Forbidden,
    /// Refused in the words of OAuth.
    #[error(transparent)]
    OAuth(#[from] Refusal),
    /// Already a problem, as chassis words it.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The store refused, or is out of reach.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// The signing keys can't be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl Error {
    /// When trying again makes sense, if it does.
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
            Error::SlugTaken => conflict("slug_taken", "Another company has this short name."),
            Error::PlanLimitMembers => conflict("plan_limit_members", "The plan has no room for another member."),
            Error::PlanLimitSignIns(_) => {
                let detail = "The plan's sign-ins of this day are used up.";
                Self::new(StatusCode::TOO_MANY_REQUESTS, "plan_limit_sign_ins", detail)
            }
            Error::LastAdmin => conflict("last_admin", "A company keeps at least one active admin."),
            Error::EmailTaken => conflict("email_taken", "This e-mail address has an account already."),
            Error::SecretNotUsed => conflict("secret_not_used", "This client is public: it has no secret."),
            Error::BadCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "bad_credentials", "The e-mail address or the password is wrong.")
            }
            Error::BadPasskey => Self::new(StatusCode::UNAUTHORIZED, "bad_passkey", "This passkey can't be used here."),
            Error::Throttled(_) => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_tries", "Too many tries for this address.")
            }
            Error::Busy => Self::unavailable("Too many sign-ins at once."),
            Error::Forbidden => Self::forbidden(),
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

/// Whoever holds a dead link is told why it may be dead: what they opened was there once.
fn not_found(code: &str) -> &'static str {
    match code {
        "sign_up_not_found" | "password_reset_not_found" => {
            "This link was used, was replaced by a newer one, or is too old."
        }
        "invitation_not_found" => {
            "This invitation was accepted, was replaced by a newer one, was withdrawn, or is too old."
        }
        _ => "There is no such thing in this tenant.",
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

//! Who asks: access tokens of login (RFC 9068), checked here without asking login.
//!
//! To protect an HTTP endpoint: 1. keep a [`Verifier`] in the product's `App` with `impl FromRef<App> for Verifier`;
//! 2. take a [`Person`] (or a [`Caller`], where a service may ask too) as an argument of the handler; 3. for an admin's
//! endpoint begin with `person.require(Role::Admin)?`. Without a good token the answer is 401 as RFC 6750 says.
//!
//! To protect gRPC: put [`GrpcAuth::layer`] around the routes, as [`protect`] does; in a method,
//! `let person = auth::person(&request)?`, or `auth::caller(&request)?` and [`tenant_of`] where a service may ask too.
//!
//! An ID token is refused everywhere: it says who signed in to a client, and opens nothing.

use chrono::DateTime;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    id::{SessionId, TenantId, UserId},
    problem::{FieldError, Problem},
};

pub mod claims;
mod extract;
mod grpc;
mod keys;
#[cfg(test)]
mod tests;
mod verifier;

pub use grpc::{GrpcAuth, GrpcAuthService, caller, person, protect};
pub use keys::{KeyError, KeyRing, KeySource};
pub use verifier::Verifier;

/// The scope that opens the products' APIs.
pub const API_SCOPE: &str = "api";

/// The scope that lets a client of ours act in each tenant. No tenant's client has it, and no person's token.
pub const INTERNAL_SCOPE: &str = "internal";

/// Who asks.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A person, through a client.
    Person(Person),
    /// A client for itself.
    Service(Service),
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person's account.
    pub user_id: UserId,
    /// The tenant it belongs to.
    pub tenant_id: TenantId,
    /// The session that the token stands for.
    pub session_id: SessionId,
    /// What the person may do in the tenant.
    pub roles: Vec<Role>,
    /// What the client may do for the person, separated by spaces.
    pub scope: String,
    /// The client that acts for the person.
    pub client_id: String,
    /// The token itself, to ask other products on the person's behalf.
    pub token: SecretString,
}

/// A client that acts for itself, by client credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Who it is.
    pub client_id: String,
    /// The tenant that registered the client; nothing for a first-party client. Such a one may name a tenant in a
    /// request when it has [`INTERNAL_SCOPE`], as our own products do.
    pub tenant_id: Option<TenantId>,
    /// What it may do, separated by spaces.
    pub scope: String,
}

/// What a person may do in their tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Uses the products.
    Member,
    /// Also manages the tenant: its people, campaigns and invoices.
    Admin,
}

impl Person {
    /// Whether the person has this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Stops who does not have this role.
    ///
    /// # Errors
    /// 403 `forbidden`.
    pub fn require(&self, role: Role) -> Result<(), Problem> {
        if self.has(role) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

impl Caller {
    /// What the client may do, separated by spaces.
    pub fn scope(&self) -> &str {
        match self {
            Self::Person(person) => &person.scope,
            Self::Service(service) => &service.scope,
        }
    }

    /// Stops a client that was not granted this scope.
    ///
    /// # Errors
    /// 403 `insufficient_scope`, as RFC 6750 says.
    pub fn require_scope(&self, scope: &str) -> Result<(), Problem> {
        if self.scope().split(' ').any(|granted| granted == scope) {
            return Ok(());
        }
        let detail = format!("The scope {scope} is needed.");
        Err(Problem::new(http::StatusCode::FORBIDDEN, "insufficient_scope", detail)
            .challenge(format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"")))
    }

    /// The person, where a service has no business.
    ///
    /// # Errors
    /// 403 `person_required` for a service.
    pub fn into_person(self) -> Result<Person, Problem> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Service(_) => {
                let detail = "Only a signed-in person may do this.";
                Err(Problem::new(http::StatusCode::FORBIDDEN, "person_required", detail))
            }
        }
    }
}

/// The tenant that a request is about: a person's own; for a service, the one that the request names, if it may name one.
///
/// # Errors
/// 403 for a service that is bound to another tenant, and `insufficient_scope` for one that is bound to none and lacks
/// [`INTERNAL_SCOPE`]; 422 when a service names none.
pub fn tenant_of(caller: &Caller, request_tenant_id: &str) -> Result<TenantId, Problem> {
    let service = match caller {
        Caller::Person(person) => return Ok(person.tenant_id),
        Caller::Service(service) => service,
    };
    if service.tenant_id.is_none() {
        caller.require_scope(INTERNAL_SCOPE)?;
    }
    let named = match (request_tenant_id, service.tenant_id) {
        ("", Some(own)) => own,
        ("", None) => return Err(FieldError::new("tenant_id", "required", "must name the tenant").into()),
        (text, _) => TenantId::parse("tenant_id", text)?,
    };
    match service.tenant_id {
        Some(own) if own != named => Err(Problem::forbidden()),
        _ => Ok(named),
    }
}

/// Why a token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There is none.
    #[error("no access token")]
    Missing,
    /// There is one that proves nothing.
    #[error("{0}")]
    Invalid(&'static str),
    /// login's keys can't be had, so that nobody can tell.
    #[error("the issuer's keys can't be had: {0}")]
    Unavailable(String),
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Missing => Self::unauthenticated(),
            AuthError::Invalid(why) => Self::new(
                http::StatusCode::UNAUTHORIZED,
                "invalid_token",
                format!("The access token is not good: {why}."),
            )
            .challenge(format!("Bearer error=\"invalid_token\", error_description=\"{why}\"")),
            AuthError::Unavailable(why) => {
                tracing::warn!(error = why, "keys of the issuer can't be had");
                Self::unavailable("Tokens can't be checked at the moment.")
            }
        }
    }
}

/// The claims' numbers of seconds as a time; a number beyond all calendars has passed.
fn instant(seconds: i64) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<chrono::Utc>::MIN_UTC)
}

//! Authentication and authorization by login's access tokens (RFC 9068), verified without a call to login.
//!
//! To protect an HTTP endpoint:
//! 1. store a [`Verifier`] in the product's `App`, with `impl FromRef<App> for Verifier`;
//! 2. take a [`Person`] as an argument of the handler, or a [`Caller`] if services may call it too;
//! 3. begin an endpoint for admins with `person.require(Role::Admin)?`.
//!
//! Without a valid token the response is 401 with `WWW-Authenticate` (RFC 6750).
//!
//! To protect gRPC methods:
//! 1. wrap the routes with [`protect`];
//! 2. call `auth::person(&request)?` in the method; or `auth::caller(&request)?` and [`tenant_of`], if services may
//!    call it too.
//!
//! To verify another JWT of login, such as an ID token: find its key with a [`KeyRing`]. An ID token is never accepted
//! as an access token.

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

/// The scope that a client needs to call the products' APIs.
pub const API_SCOPE: &str = "api";

/// The scope that allows one of our products to act in every tenant. Clients of tenants and tokens of people never have it.
pub const INTERNAL_SCOPE: &str = "internal";

/// The authenticated caller of a request.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A person who uses a client.
    Person(Person),
    /// A client that acts for itself.
    Service(Service),
}

/// A signed-in person. As an argument of a handler it rejects services with 403 `person_required`.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account of the person.
    pub user_id: UserId,
    /// The tenant of the account.
    pub tenant_id: TenantId,
    /// The session that the token belongs to.
    pub session_id: SessionId,
    /// The roles of the person in the tenant.
    pub roles: Vec<Role>,
    /// The scopes granted to the client, separated by spaces.
    pub scope: String,
    /// The client that the person uses.
    pub client_id: String,
    /// The access token, to call other products on behalf of the person.
    pub token: SecretString,
}

/// A client that acts for itself (client credentials grant, RFC 6749 section 4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The id of the client.
    pub client_id: String,
    /// The tenant that registered the client; `None` for a first-party client. A first-party client with
    /// [`INTERNAL_SCOPE`] names the tenant in each request.
    pub tenant_id: Option<TenantId>,
    /// The scopes granted to the client, separated by spaces.
    pub scope: String,
}

/// A role of a person in their tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May use the products.
    Member,
    /// May also manage the tenant: people, campaigns and invoices.
    Admin,
}

impl Person {
    /// Whether the person has this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Requires this role.
    ///
    /// # Errors
    /// 403 `forbidden` without it.
    pub fn require(&self, role: Role) -> Result<(), Problem> {
        if self.has(role) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

impl Caller {
    /// The scopes granted to the client, separated by spaces.
    pub fn scope(&self) -> &str {
        match self {
            Self::Person(person) => &person.scope,
            Self::Service(service) => &service.scope,
        }
    }

    /// Requires this scope.
    ///
    /// # Errors
    /// 403 `insufficient_scope` without it (RFC 6750, section 3.1).
    pub fn require_scope(&self, scope: &str) -> Result<(), Problem> {
        if self.scope().split(' ').any(|granted| granted == scope) {
            return Ok(());
        }
        let detail = format!("The access token needs the scope `{scope}`.");
        Err(Problem::new(http::StatusCode::FORBIDDEN, "insufficient_scope", detail)
            .challenge(format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"")))
    }

    /// Requires a person.
    ///
    /// # Errors
    /// 403 `person_required` for a service.
    pub fn into_person(self) -> Result<Person, Problem> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Service(_) => {
                let detail = "Only a signed-in person may call this endpoint.";
                Err(Problem::new(http::StatusCode::FORBIDDEN, "person_required", detail))
            }
        }
    }
}

/// The tenant of a request. For a person it is the person's tenant; for a service it is the tenant that the request
/// names.
///
/// # Errors
/// - 403 `forbidden` for a tenant's client that names another tenant;
/// - 403 `insufficient_scope` for a first-party client without [`INTERNAL_SCOPE`];
/// - 422 when a first-party client names no tenant.
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
        ("", None) => return Err(FieldError::new("tenant_id", "required", "must name a tenant").into()),
        (text, _) => TenantId::parse("tenant_id", text)?,
    };
    match service.tenant_id {
        Some(own) if own != named => Err(Problem::forbidden()),
        _ => Ok(named),
    }
}

/// The reason why an access token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The request has no access token.
    #[error("no access token")]
    Missing,
    /// The access token is not valid.
    #[error("{0}")]
    Invalid(&'static str),
    /// The token cannot be verified, because the issuer's keys are unavailable.
    #[error("cannot fetch the issuer's keys: {0}")]
    Unavailable(String),
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Missing => Self::unauthenticated(),
            AuthError::Invalid(reason) => Self::new(
                http::StatusCode::UNAUTHORIZED,
                "invalid_token",
                format!("The access token is not valid: {reason}."),
            )
            .challenge(format!("Bearer error=\"invalid_token\", error_description=\"{reason}\"")),
            AuthError::Unavailable(reason) => {
                tracing::warn!(error = reason, "cannot fetch the issuer's keys");
                Self::unavailable("Access tokens cannot be verified at the moment.")
            }
        }
    }
}

/// Converts a NumericDate (RFC 7519). A number that is out of range counts as a time in the past.
fn instant(seconds: i64) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<chrono::Utc>::MIN_UTC)
}

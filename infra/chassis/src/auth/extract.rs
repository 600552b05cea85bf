use axum::extract::{FromRef, FromRequestParts};
use http::{HeaderMap, header, request::Parts};

use super::{API_SCOPE, AuthError, Caller, Person, Verifier};
use crate::problem::Problem;

impl<S> FromRequestParts<S> for Caller
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        authenticate(&Verifier::from_ref(state), &parts.headers).await
    }
}

impl<S> FromRequestParts<S> for Person
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Caller::from_request_parts(parts, state).await?.into_person()
    }
}

/// Verifies the bearer token, requires the scope `api`, and records the tenant on the current span.
pub(super) async fn authenticate(verifier: &Verifier, headers: &HeaderMap) -> Result<Caller, Problem> {
    let caller = verifier.verify(bearer(headers)?).await?;
    caller.require_scope(API_SCOPE)?;
    if let Caller::Person(Person { tenant_id, .. }) = &caller {
        tracing::Span::current().record("tenant", tracing::field::display(tenant_id));
    }
    Ok(caller)
}

fn bearer(headers: &HeaderMap) -> Result<&str, AuthError> {
    let header = headers.get(header::AUTHORIZATION).ok_or(AuthError::Missing)?;
    let header = header.to_str().map_err(|_| AuthError::Invalid("not a bearer token"))?;
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(AuthError::Missing),
    }
}

//! `/userinfo`: claims about the person of an access token (OpenID Connect Core §5.3).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::{
    auth::{AuthError, Person},
    id::UserId,
    problem::Problem,
};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;

use crate::{
    app::App,
    domain::scope,
    error::Error,
    store,
    usecase::oauth::{introspect::introspect, issue_tokens::PersonClaims},
};

#[derive(Serialize)]
struct UserInfo {
    sub: UserId,
    #[serde(flatten)]
    person: PersonClaims,
}

/// Serves `GET` and `POST`. Refuses tokens without scope `openid`, and tokens of suspended or erased people.
pub(crate) async fn userinfo(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    let person = bearer(&app, &headers).await?;
    if !scope::has(&person.scope, "openid") {
        let problem = Problem::new(StatusCode::FORBIDDEN, "insufficient_scope", "The token needs the scope openid.");
        return Err(problem.challenge(r#"Bearer error="insufficient_scope", scope="openid""#).into());
    }
    let mut tx = app.db.begin(person.tenant_id).await?;
    let user = store::user::find(&mut tx, person.user_id).await?.filter(|user| user.is_active());
    let tenant = store::tenant::current(&mut tx).await?;
    tx.commit().await?;
    let Some((user, tenant)) = user.zip(tenant) else {
        let problem = Problem::unauthenticated().challenge(r#"Bearer error="invalid_token""#);
        return Err(problem.into());
    };
    let info = UserInfo { sub: user.user_id, person: PersonClaims::new(&user, &tenant, &person.scope) };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(info)).into_response())
}

/// Authenticates the bearer. Unlike other endpoints this one does not require the scope `api`.
async fn bearer(app: &App, headers: &HeaderMap) -> Result<Person, Error> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    match introspect(app, token.ok_or_else(|| Problem::from(AuthError::Missing))?).await? {
        Some((caller, _)) => Ok(caller.into_person()?),
        None => {
            Err(Problem::from(AuthError::Invalid("it is unknown, expired or revoked, or its session has ended")).into())
        }
    }
}

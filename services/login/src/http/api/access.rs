use axum::extract::FromRequestParts;
use chassis::{
    auth::{Caller, Person, Role},
    problem::Problem,
};
use http::request::Parts;
use sqlx::{Postgres, Transaction};

use crate::{app::App, error::Error, usecase::require_admin::require_admin};

/// Extractor: the person of a token with the scope `api`.
pub(super) struct Access(pub(super) Person);

impl FromRequestParts<App> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require_scope("api")?;
        caller.into_person().map(Self)
    }
}

/// Begins a transaction of the caller's tenant. The caller must be an admin now, not only when the token was issued.
pub(super) async fn begin_as_admin(app: &App, person: &Person) -> Result<Transaction<'static, Postgres>, Error> {
    person.require(Role::Admin)?;
    let mut tx = app.db.begin(person.tenant_id).await?;
    require_admin(&mut tx, person.user_id).await?;
    Ok(tx)
}

use axum::extract::FromRequestParts;
use chassis::{
    auth::{Caller, Person, Role},
    id::UserId,
    problem::Problem,
};
use http::request::Parts;
use sqlx::{Postgres, Transaction};

use crate::{
    app::App,
    error::Error,
    usecase::access::{Acting, Right, begin_erasure, begin_read, begin_write},
};

type Tx = Transaction<'static, Postgres>;

/// Extractor: the person of a token with the scope `api`. Its methods begin the transaction of the request, and check
/// there that the token's session, grant, person, role and tenant are still active.
pub(super) struct Access {
    person: Person,
    acting: Acting,
}

impl FromRequestParts<App> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require_scope("api")?;
        let person = caller.into_person()?;
        let acting = Acting::by_token(app, &person).await?;
        Ok(Self { person, acting })
    }
}

impl Access {
    pub(super) fn person(&self) -> &Person {
        &self.person
    }

    /// The person and session, for use cases that store who did something.
    pub(super) fn acting(&self) -> &Acting {
        &self.acting
    }

    pub(super) async fn read(&self, app: &App) -> Result<Tx, Error> {
        begin_read(app, &self.acting, Right::Member).await
    }

    pub(super) async fn write(&self, app: &App) -> Result<Tx, Error> {
        begin_write(app, &self.acting, Right::Member).await
    }

    pub(super) async fn read_as_admin(&self, app: &App) -> Result<Tx, Error> {
        self.person.require(Role::Admin)?;
        begin_read(app, &self.acting, Right::Admin).await
    }

    pub(super) async fn write_as_admin(&self, app: &App) -> Result<Tx, Error> {
        self.person.require(Role::Admin)?;
        begin_write(app, &self.acting, Right::Admin).await
    }

    /// Begins the erasure of the caller.
    pub(super) async fn erase_self(&self, app: &App) -> Result<Tx, Error> {
        begin_erasure(app, &self.acting, Right::Member, self.person.user_id).await
    }

    /// Begins the erasure of a person of the caller's tenant, for an admin.
    pub(super) async fn erase_as_admin(&self, app: &App, erased: UserId) -> Result<Tx, Error> {
        self.person.require(Role::Admin)?;
        begin_erasure(app, &self.acting, Right::Admin, erased).await
    }
}

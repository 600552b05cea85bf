use axum::extract::FromRequestParts;
use chassis::{
    auth::{Caller, Person},
    problem::Problem,
};
use http::request::Parts;

use crate::app::App;

/// A person whose client may use the API for them: one that only asked who they are may not.
pub(super) struct Access(pub(super) Person);

impl FromRequestParts<App> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require_scope("api")?;
        caller.into_person().map(Self)
    }
}

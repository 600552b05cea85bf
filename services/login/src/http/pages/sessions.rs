//! The button that ends a session.

use axum::{extract::State, response::Response};
use chassis::{http::Path, id::SessionId};

use super::{failure, page::Visitor};
use crate::{
    app::App,
    http::{origin::SameOrigin, see_other},
    usecase::sessions::end_session::end_session,
};

pub(super) async fn end(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(session_id): Path<SessionId>,
) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    match end_session(&app, person.tenant.tenant_id, session_id, Some(person.user.user_id)).await {
        Ok(()) => see_other("/"),
        Err(error) => failure::page(&visitor, error),
    }
}

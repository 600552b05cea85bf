//! POST /sessions/{session_id}/end: ends one of the person's sessions at login.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use chassis::{
    http::{Path, html},
    id::SessionId,
};

use super::{
    failure::Failure,
    view::{Words, devices::DevicesCard},
    visitor::SignedIn,
};
use crate::{app::App, store, usecase::page::answered};

pub(super) async fn end(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
    Path(session): Path<SessionId>,
) -> Result<Response, Failure> {
    let ended = match signed_in.access(&app).await? {
        Some(token) => answered("login", app.login.end_session(&token, session).await).map(|()| token),
        None => None,
    };
    if ended.is_some() && session == signed_in.visitor.session.identity.session_id {
        // login's event ends the session too; this browser need not wait for it.
        let mut tx = app.db.begin(signed_in.visitor.person().0).await?;
        store::web_session::delete_by_session(&mut tx, session).await?;
        tx.commit().await?;
        let cookie = app.cookies.gone(app.cookies.session());
        return Ok((AppendHeaders([cookie]), Redirect::to("/")).into_response());
    }
    if !headers.contains_key("hx-request") {
        return Ok(Redirect::to("/#sessions").into_response());
    }
    let failed = ended.is_none();
    let devices = match &ended {
        Some(token) => answered("login", app.login.devices(token).await),
        None => None,
    };
    let words = Words::of(&app, &signed_in).await?;
    Ok(html(&DevicesCard::new(&words, devices, failed)))
}

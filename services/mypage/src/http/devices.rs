//! POST /sessions/{session_id}/end: ends one of the person's sessions at login.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use chassis::{
    http::{Path, html, is_htmx},
    id::SessionId,
    sign_in::Failure,
};

use super::{
    view::{Localizer, devices::DevicesCard},
    visitor::SignedIn,
};
use crate::{app::App, usecase::devices};

pub(super) async fn end(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
    Path(session): Path<SessionId>,
) -> Result<Response, Failure> {
    let token = signed_in.access(&app).await?;
    let ended = match &token {
        Some(token) => devices::end_session(&app, &signed_in.visitor, token, session).await?,
        None => false,
    };
    if ended && session == signed_in.visitor.session.identity.session_id {
        let cookies = app.sign_in.cookies();
        let cookie = cookies.clear(cookies.session_name());
        return Ok((AppendHeaders([cookie]), Redirect::to("/")).into_response());
    }
    if !is_htmx(&headers) {
        return Ok(Redirect::to("/#sessions").into_response());
    }
    let list = match &token {
        Some(token) if ended => devices::devices(&app, token).await,
        _ => None,
    };
    let localizer = Localizer::of(&app, &signed_in.visitor, signed_in.locale).await?;
    Ok(html(&DevicesCard::new(&localizer, list, signed_in.visitor.page_session, !ended)))
}

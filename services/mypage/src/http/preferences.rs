//! POST /preferences: stores interests and consent. Returns the card to htmx, and redirects a plain form to the page.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use chassis::{
    http::{Form, html, is_htmx},
    sign_in::Failure,
};
use serde::Deserialize;

use super::{api::preferences::read_interests, view::preferences::PreferencesCard, visitor::SignedIn};
use crate::{app::App, domain::preferences::Choice, usecase::update_preferences::update_preferences};

#[derive(Deserialize)]
pub(super) struct PreferencesForm {
    #[serde(default)]
    interests: Vec<String>,
    ad_consent: Option<String>,
}

pub(super) async fn update(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
    Form(form): Form<PreferencesForm>,
) -> Result<Response, Failure> {
    let choice = Choice::new(read_interests(&form.interests)?, form.ad_consent.is_some());
    let preferences = update_preferences(&app, signed_in.visitor.person(), choice).await?;
    if is_htmx(&headers) {
        let t = signed_in.texts();
        return Ok(html(&PreferencesCard::new(t, &preferences, signed_in.visitor.page_session, true)));
    }
    Ok(Redirect::to("/?saved=preferences#preferences").into_response())
}

//! The page that a sign-up's mail leads to. It asks for a press of a button: programs that look through mails follow
//! links, and would use this one up.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::http::Path;
use http::StatusCode;

use super::{
    failure,
    page::{Frame, Visitor, show},
};
use crate::{
    app::App,
    error::Error,
    http::{cookie, origin::SameOrigin, see_other},
    usecase::{
        start_session::{Started, start_session},
        verify_sign_up::{find_sign_up, verify_sign_up},
    },
};

#[derive(Template)]
#[template(path = "verify.html")]
struct Verify<'a> {
    page: Frame<'a>,
    token: &'a str,
    company_name: String,
    email: String,
}

/// Shows the page.
pub(super) async fn get(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Response {
    match find_sign_up(&app, &token).await {
        Ok((company, admin)) => {
            let email = admin.email.as_str().to_owned();
            let page = Verify { page: visitor.frame(), token: &token, company_name: company.name, email };
            show(StatusCode::OK, &page)
        }
        Err(error) => failure::page(&visitor, error),
    }
}

/// Begins the company, and signs its admin in.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(token): Path<String>,
) -> Response {
    match act(&app, &visitor, &token).await {
        Ok(started) => (cookie::added(&app.issuer, &started), see_other("/")).into_response(),
        Err(error) => failure::page(&visitor, error),
    }
}

async fn act(app: &App, visitor: &Visitor, token: &str) -> Result<Started, Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let (_, user) = verify_sign_up(app, &mut tx, token).await?;
    let started = start_session(app, &mut tx, &user, visitor.device.clone()).await?;
    tx.commit().await?;
    Ok(started)
}

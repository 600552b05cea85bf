//! Pages after a request that sends an e-mail. They are the same with and without an account.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::Query;
use http::StatusCode;

use super::{
    page::{Frame, Visitor, show},
    return_to::ReturnTo,
};
use crate::app::App;

#[derive(Template)]
#[template(path = "check_mail.html")]
struct CheckMail<'a> {
    page: Frame<'a>,
    text: String,
    /// Address of the form, to try again.
    again: String,
    /// E-mails are shown at `/dev/mailbox` instead of being sent.
    is_dev: bool,
}

pub(super) async fn of_sign_up(State(app): State<App>, visitor: Visitor, Query(way): Query<ReturnTo>) -> Response {
    page(&app, &visitor, "check-mail-sign-up", way.link("/sign-up"))
}

pub(super) async fn of_forgotten_password(
    State(app): State<App>,
    visitor: Visitor,
    Query(way): Query<ReturnTo>,
) -> Response {
    page(&app, &visitor, "check-mail-forgot", way.link("/forgot-password"))
}

fn page(app: &App, visitor: &Visitor, text: &str, again: String) -> Response {
    let text = visitor.texts.get(text);
    show(StatusCode::OK, &CheckMail { page: visitor.frame(), text, again, is_dev: app.mailer.is_dev() })
}

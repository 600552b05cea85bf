//! Sign-out: by login's own button, or requested by a client.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use url::form_urlencoded;

use super::{
    failure,
    page::{Frame, Visitor, show, show_redirecting_to},
};
use crate::{
    app::App,
    domain::redirect,
    http::{cookie, oidc::Parameters, origin::SameOrigin, see_other},
    usecase::sessions::end_session::end_session,
};

#[derive(Template)]
#[template(path = "sign_out.html")]
struct Ask<'a> {
    page: Frame<'a>,
    hidden: Vec<(&'static str, &'a str)>,
    /// Carries the language of the request, which a page reads from its address.
    action: String,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct Done<'a> {
    page: Frame<'a>,
    /// Address of the client that requested the sign-out, if the browser does not continue there by itself.
    next: Option<String>,
}

impl Done<'_> {
    fn host(&self) -> String {
        self.next.as_deref().and_then(redirect::host).unwrap_or_default()
    }
}

/// Ends the session of this browser.
pub(super) async fn post(State(app): State<App>, visitor: Visitor, _: SameOrigin) -> Response {
    if let Some(person) = &visitor.signed_in
        && let Err(error) = end_session(&app, person.tenant.tenant_id, person.session.session_id, None).await
    {
        return failure::page(&visitor, error);
    }
    (cookie::removed(&app.issuer), see_other("/")).into_response()
}

/// Shows the confirmation. Hidden fields carry the request of the client.
pub(crate) fn ask(visitor: &Visitor, parameters: &Parameters, next: Option<&str>) -> Response {
    let names = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];
    let hidden = names.into_iter().filter_map(|name| Some((name, parameters.value(name)?))).collect();
    let origin = next.and_then(redirect::origin);
    let query = |locales| form_urlencoded::Serializer::new(String::new()).append_pair("ui_locales", locales).finish();
    let query = parameters.value("ui_locales").map(|locales| format!("?{}", query(locales))).unwrap_or_default();
    let action = format!("/logout{query}");
    show_redirecting_to(StatusCode::OK, &Ask { page: visitor.frame(), hidden, action }, origin)
}

pub(crate) fn done(visitor: &Visitor, next: Option<String>) -> Response {
    let frame = Frame { person: None, ..visitor.frame() };
    show(StatusCode::OK, &Done { page: frame, next })
}

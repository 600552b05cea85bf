//! The invitation form on an admin's home page.

use axum::{extract::State, response::Response};
use chassis::{http::Form, text::Locale};
use http::StatusCode;
use serde::Deserialize;

use super::{
    failure,
    home::{self, InviteForm},
    page::{Mistakes, Visitor},
};
use crate::{
    app::App,
    domain::{email::Email, user},
    error::Error,
    http::{origin::SameOrigin, see_other},
    usecase::{
        access::{Acting, Right, begin_write},
        members::invite::{Invite, invite},
        sessions::authenticate::SignedIn,
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    email: String,
    role: String,
    locale: String,
}

/// Invites a person and shows the address.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Form(fields): Form<Fields>,
) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    let outcome = act(&app, person, &fields).await;
    let Fields { email, role, locale } = fields;
    let (status, form) = match outcome.map_err(|error| Mistakes::of(error, &visitor.texts)) {
        Ok(invited) => {
            let form = InviteForm { locale, invited: Some(invited), ..InviteForm::default() };
            (StatusCode::CREATED.into(), form)
        }
        Err(Ok((status, mistakes))) => (status, InviteForm { email, role, locale, mistakes, invited: None }),
        Err(Err(error)) => return failure::page(&visitor, error),
    };
    home::page(&app, &visitor, person, status, form, None).await
}

async fn act(app: &App, person: &SignedIn, fields: &Fields) -> Result<String, Error> {
    if !person.user.is_admin() {
        return Err(Error::Forbidden);
    }
    let by = Acting::on_page(person);
    let new = Invite {
        by: by.clone(),
        email: Email::parse("email", &fields.email)?,
        role: user::role("role", &fields.role)?,
        locale: Locale::parse("locale", &fields.locale)?,
    };
    let mut tx = begin_write(app, &by, Right::Admin).await?;
    let invitation = invite(app, &mut tx, new).await?;
    tx.commit().await?;
    Ok(invitation.email)
}

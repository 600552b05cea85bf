//! `/profile`: a person's profile, and the deletion of their account.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::{http::Form, text::Locale};
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Mistakes, Visitor, show},
};
use crate::{
    app::App,
    domain::text,
    error::Error,
    http::{cookie, origin::SameOrigin, request_context::Context, see_other},
    usecase::{
        access::{Acting, Right, begin_erasure, begin_write},
        members::{
            change_profile::{Change, change_profile},
            erase_person::erase_person,
        },
        request_context::RequestContext,
        sessions::authenticate::SignedIn,
        sign_in::confirm_password::confirm_password,
    },
};

#[derive(Template)]
#[template(path = "profile.html")]
struct Profile<'a> {
    page: Frame<'a>,
    display_name: &'a str,
    locale: &'a str,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "erase.html")]
struct Erase<'a> {
    page: Frame<'a>,
    email: &'a str,
    mistakes: Mistakes,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    display_name: String,
    locale: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Confirmation {
    password: SecretString,
}

pub(super) async fn get(visitor: Visitor) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    let (display_name, locale) = (&person.user.display_name, &person.user.locale);
    let page = visitor.frame();
    show(StatusCode::OK, &Profile { page, display_name, locale, mistakes: Mistakes::default() })
}

pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Form(fields): Form<Fields>,
) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    match act(&app, person, &fields).await.map_err(|error| Mistakes::of(error, &visitor.texts)) {
        Ok(()) => see_other("/"),
        Err(Ok((status, mistakes))) => {
            let Fields { display_name, locale } = &fields;
            show(status, &Profile { page: visitor.frame(), display_name, locale, mistakes })
        }
        Err(Err(error)) => failure::page(&visitor, error),
    }
}

pub(super) async fn ask(visitor: Visitor) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    let page = visitor.frame();
    show(StatusCode::OK, &Erase { page, email: &person.user.email, mistakes: Mistakes::default() })
}

pub(super) async fn erase(
    State(app): State<App>,
    visitor: Visitor,
    Context(context): Context,
    _: SameOrigin,
    Form(fields): Form<Confirmation>,
) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    match erase_own(&app, person, fields.password, &context).await.map_err(|error| Mistakes::of(error, &visitor.texts))
    {
        Ok(()) => (cookie::removed(&app.issuer), see_other("/")).into_response(),
        Err(Ok((status, mistakes))) => {
            show(status, &Erase { page: visitor.frame(), email: &person.user.email, mistakes })
        }
        Err(Err(error)) => failure::page(&visitor, error),
    }
}

async fn act(app: &App, person: &SignedIn, fields: &Fields) -> Result<(), Error> {
    // The form also sends an unchanged name, which an earlier release may have accepted.
    let is_new = fields.display_name != person.user.display_name;
    let display_name = is_new.then(|| text::name("display_name", &fields.display_name)).transpose();
    let change = match (display_name, Locale::parse("locale", &fields.locale)) {
        (Ok(display_name), Ok(locale)) => Change { display_name, locale: Some(locale) },
        (name, locale) => return Err(Error::Invalid([name.err(), locale.err()].into_iter().flatten().collect())),
    };
    let mut tx = begin_write(app, &Acting::on_page(person), Right::Member).await?;
    change_profile(app, &mut tx, person.user.user_id, change).await?;
    tx.commit().await?;
    Ok(())
}

async fn erase_own(
    app: &App,
    person: &SignedIn,
    password: SecretString,
    context: &RequestContext,
) -> Result<(), Error> {
    let (tenant_id, user_id) = (person.tenant.tenant_id, person.user.user_id);
    confirm_password(app, tenant_id, user_id, password, context).await?;
    let mut tx = begin_erasure(app, &Acting::on_page(person), Right::Member, user_id).await?;
    erase_person(app, &mut tx, tenant_id, user_id).await?;
    tx.commit().await?;
    Ok(())
}

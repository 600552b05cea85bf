//! The sign-up page.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::{
    auth::Role,
    http::{Form, Query},
    problem::FieldError,
    text::Locale,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Mistakes, Visitor, show},
    return_to::ReturnTo,
};
use crate::{
    app::App,
    domain::{email::Email, tenant::Slug, text},
    error::Error,
    http::{origin::SameOrigin, request_context::Context, see_other},
    usecase::{
        members::join::NewPerson,
        request_context::RequestContext,
        tenants::{request_sign_up::request_sign_up, sign_up::TenantDetails},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    name: String,
    slug: String,
    locale: String,
    display_name: String,
    email: String,
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUp<'a> {
    page: Frame<'a>,
    fields: &'a Fields,
    action: String,
    sign_in_url: String,
    mistakes: Mistakes,
}

impl<'a> SignUp<'a> {
    fn new(visitor: &'a Visitor, way: &ReturnTo, fields: &'a Fields, mistakes: Mistakes) -> Self {
        let (action, sign_in_url) = (way.link("/sign-up"), way.link("/sign-in"));
        Self { page: visitor.frame(), fields, action, sign_in_url, mistakes }
    }
}

pub(super) async fn get(visitor: Visitor, Query(way): Query<ReturnTo>) -> Response {
    let fields = Fields { locale: visitor.texts.locale.as_str().to_owned(), ..Fields::default() };
    show(StatusCode::OK, &SignUp::new(&visitor, &way, &fields, Mistakes::default()))
}

/// Stores the sign-up until the e-mail is confirmed.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(way): Query<ReturnTo>,
    Context(context): Context,
    Form(fields): Form<Fields>,
) -> Response {
    let error = match act(&app, &context, &fields, &way).await {
        Ok(()) => return see_other(&way.link("/sign-up/sent")),
        Err(error) => error,
    };
    match Mistakes::of(error, &visitor.texts) {
        Ok((status, mistakes)) => show(status, &SignUp::new(&visitor, &way, &fields, mistakes)),
        Err(error) => failure::page_on_way(&visitor, error, &way),
    }
}

async fn act(app: &App, context: &RequestContext, fields: &Fields, way: &ReturnTo) -> Result<(), Error> {
    let (details, admin) = check(fields).map_err(Error::Invalid)?;
    let mut tx = app.db.begin_unscoped().await?;
    request_sign_up(app, &mut tx, details, admin, context.address, way.kept()).await?;
    Ok(tx.commit().await?)
}

/// Validates the form. Time zone and currency follow from the language.
fn check(fields: &Fields) -> Result<(TenantDetails, NewPerson), Vec<FieldError>> {
    let name = text::name("name", &fields.name);
    let slug = Slug::parse("slug", &fields.slug);
    let locale = Locale::parse("locale", &fields.locale);
    let display_name = text::name("display_name", &fields.display_name);
    let email = Email::parse("email", &fields.email);
    match (name, slug, locale, display_name, email) {
        (Ok(name), Ok(slug), Ok(locale), Ok(display_name), Ok(email)) => {
            let (time_zone, currency_code) = match locale {
                Locale::Ko => ("Asia/Seoul", "KRW"),
                Locale::En => ("Etc/UTC", "USD"),
            };
            let details = TenantDetails {
                slug,
                name,
                locale,
                time_zone: time_zone.to_owned(),
                currency_code: currency_code.to_owned(),
            };
            Ok((details, NewPerson { email, display_name, locale, role: Role::Admin }))
        }
        (name, slug, locale, display_name, email) => {
            let mistakes = [name.err(), slug.err(), locale.err(), display_name.err(), email.err()];
            Err(mistakes.into_iter().flatten().collect())
        }
    }
}

//! The page that asks a person whether a program of their company may learn of them. It keeps the request in its own address,
//! and checks it anew each time.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::{
    http::{Form, Query},
    text::Texts,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Visitor, show_leading_to},
};
use crate::{
    app::App,
    domain::oauth::Code,
    http::{
        oidc::authorize::{kept_request, understood, with_return_to},
        origin::SameOrigin,
        see_other,
    },
    usecase::{
        oauth::{
            authorization_request::{AuthorizationRequest, RequestError},
            authorize::validate,
            grant_consent::grant_consent,
        },
        sessions::authenticate::SignedIn,
    },
};

/// What stands in the page's address.
#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    return_to: String,
}

/// What the form holds.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    answer: String,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Ask<'a> {
    page: Frame<'a>,
    person: &'a SignedIn,
    client_name: &'a str,
    /// What it asks for, in words.
    wishes: Vec<String>,
    host: String,
    action: String,
}

/// Shows the page.
pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(address): Query<Address>) -> Response {
    let (person, request) = match asked(&app, &visitor, &address).await {
        Ok(found) => found,
        Err(elsewhere) => return elsewhere,
    };
    let template = Ask {
        page: visitor.frame(),
        person,
        client_name: request.client_name(),
        wishes: wishes(request.scope(), request.foreign_resources(), &visitor.texts),
        host: request.host().unwrap_or_default(),
        action: with_return_to("/consent", &address.return_to),
    };
    show_leading_to(StatusCode::OK, &template, request.redirect.origin())
}

/// Takes the answer: remembers a yes and goes on, tells the client of anything else.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(address): Query<Address>,
    Form(form): Form<Answer>,
) -> Response {
    let (person, request) = match asked(&app, &visitor, &address).await {
        Ok(found) => found,
        Err(elsewhere) => return elsewhere,
    };
    if form.answer == "allow" {
        return match grant_consent(&app, &request, person).await {
            Ok(()) => see_other(&address.return_to),
            Err(error) => failure::page(&visitor, error),
        };
    }
    let refusal = Code::AccessDenied.because("the person did not allow it");
    match request.redirect.refusal(refusal) {
        Some(address) => see_other(&address),
        None => failure::page(&visitor, refusal.into()),
    }
}

/// Who is asked, and for what; else where they go instead.
async fn asked<'a>(
    app: &App,
    visitor: &'a Visitor,
    address: &Address,
) -> Result<(&'a SignedIn, AuthorizationRequest), Response> {
    let Some(parameters) = kept_request(&address.return_to) else { return Err(see_other("/")) };
    let request = match validate(app, &understood(&parameters)).await {
        Ok(request) => request,
        Err(RequestError::ShowToPerson(error)) => return Err(failure::page(visitor, error)),
        // It is told there, as without this page.
        Err(RequestError::RedirectToClient(..)) => return Err(see_other(&address.return_to)),
    };
    let person = visitor.signed_in.as_ref();
    let person = person.filter(|person| request.admits(person.tenant.tenant_id, person.user.user_id).is_ok());
    match person {
        Some(person) if request.is_third_party() => Ok((person, request)),
        _ => Err(see_other(&address.return_to)),
    }
}

/// What scopes and audiences let a client do.
pub(super) fn wishes<'a>(scope: &str, resources: impl Iterator<Item = &'a str>, texts: &Texts) -> Vec<String> {
    let scopes = scope.split(' ').map(|scope| words_of(scope, texts));
    let resources = resources.map(|uri| texts.with("scope-resource", &[("resource", uri)]));
    scopes.chain(resources).collect()
}

fn words_of(scope: &str, texts: &Texts) -> String {
    texts.get(&key_of(scope))
}

fn key_of(scope: &str) -> String {
    format!("scope-{}", scope.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use chassis::text::Locale;

    use super::*;
    use crate::{LOCALES, domain::scope};

    #[test]
    fn people_are_told_of_each_scope_in_words() {
        for (scope, locale) in scope::ALL.into_iter().flat_map(|scope| Locale::ALL.map(|locale| (scope, locale))) {
            let words = words_of(scope, &Texts::new(&LOCALES, locale));
            assert_ne!(words, key_of(scope), "nobody wrote it in {locale}");
        }
    }
}

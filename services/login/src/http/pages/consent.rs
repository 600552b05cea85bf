//! The consent page. It carries the authorization request in its address and validates it each time.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::{
    http::{Form, Query},
    text::Texts,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    failure, leave,
    page::{Frame, Visitor, show_redirecting_to},
};
use crate::{
    app::App,
    domain::{self, oauth::Code},
    http::{
        oidc::{
            asked,
            authorize::{request_in, supported, with_return_to},
        },
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

/// Query parameters.
#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    return_to: String,
}

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
    /// Requested permissions in the person's language.
    permissions: Vec<String>,
    host: String,
    action: String,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(address): Query<Address>) -> Response {
    let (person, request) = match pending(&app, &visitor, &address).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let template = Ask {
        page: visitor.frame(),
        person,
        client_name: request.client_name(),
        permissions: permissions(request.scope(), request.foreign_resources(), &visitor.texts),
        host: request.host().unwrap_or_default(),
        action: with_return_to("/consent", &address.return_to),
    };
    show_redirecting_to(StatusCode::OK, &template, request.redirect.origin())
}

/// Stores the consent and continues, or returns `access_denied` to the client.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(address): Query<Address>,
    Form(form): Form<Answer>,
) -> Response {
    let (person, request) = match pending(&app, &visitor, &address).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    if form.answer == "allow" {
        return match grant_consent(&app, &request, person).await {
            Ok(()) => {
                let next = asked::answered(&app, &address.return_to, domain::asked::Answer::Consented, &person.session);
                leave::after_form(&visitor, next.as_deref().unwrap_or("/"))
            }
            Err(error) => failure::page_on_way(&visitor, error, &Some(address.return_to).into()),
        };
    }
    let refusal = Code::AccessDenied.because("the person denied access");
    match request.redirect.refusal(refusal) {
        Some(address) => leave::after_form(&visitor, &address),
        None => failure::page(&visitor, refusal.into()),
    }
}

/// The person and the request that needs consent; otherwise the response to send instead.
async fn pending<'a>(
    app: &App,
    visitor: &'a Visitor,
    address: &Address,
) -> Result<(&'a SignedIn, AuthorizationRequest), Response> {
    let Some(parameters) = request_in(&address.return_to) else { return Err(see_other("/")) };
    let request = match validate(app, &supported(&parameters)).await {
        Ok(request) => request,
        Err(RequestError::ShowToPerson(error)) => return Err(failure::page(visitor, error)),
        // `/authorize` reports the error to the client.
        Err(RequestError::RedirectToClient(..)) => return Err(see_other(&address.return_to)),
    };
    let person = visitor.signed_in.as_ref();
    let person = person.filter(|person| request.admits(person.tenant.tenant_id, person.user.user_id).is_ok());
    match person {
        Some(person) if request.is_third_party() => Ok((person, request)),
        _ => Err(see_other(&address.return_to)),
    }
}

/// Describes scopes and resources as permissions.
pub(super) fn permissions<'a>(scope: &str, resources: impl Iterator<Item = &'a str>, texts: &Texts) -> Vec<String> {
    let scopes = scope.split(' ').map(|scope| describe(scope, texts));
    let resources = resources.map(|uri| texts.with("scope-resource", &[("resource", uri)]));
    scopes.chain(resources).collect()
}

fn describe(scope: &str, texts: &Texts) -> String {
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
    fn each_scope_has_a_description() {
        for (scope, locale) in scope::ALL.into_iter().flat_map(|scope| Locale::ALL.map(|locale| (scope, locale))) {
            let text = describe(scope, &Texts::new(&LOCALES, locale));
            assert_ne!(text, key_of(scope), "missing in {locale}");
        }
    }
}

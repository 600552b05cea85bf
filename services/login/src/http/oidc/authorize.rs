//! `/authorize`: a client redirects a person here. login redirects back with a code, after sign-in and consent.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};

use super::{Parameters, asked, parameters::FormBody};
use crate::{
    app::App,
    domain::{
        asked::Asked,
        oauth::{Code, Refusal},
        session::is_too_old,
    },
    error::Error,
    http::{
        pages::{failure, leave, page::Visitor},
        see_other,
    },
    usecase::{
        oauth::{
            authorization_request::{self, AuthorizationRequest, RedirectTarget, RequestError},
            authorize::{self, validate},
            grant_consent::is_consent_needed,
        },
        sessions::authenticate::SignedIn,
    },
};

/// Maximum length of a page's address with an authorization request, in bytes. By default, nginx accepts 4 KiB of response
/// headers. The request is encoded twice in it.
const MAX_ADDRESS: usize = 3_000;
/// Maximum length of an authorization request without [`asked`], in bytes. A cookie keeps it with `asked`.
const MAX_REQUEST: usize = 1_700;
/// Up to so many bytes are added by [`asked`].
const MAX_ASKED: usize = 500;

/// The parameters that are read. Others are ignored, and are not passed on.
const KNOWN: [&str; 18] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "prompt",
    "max_age",
    "ui_locales",
    "id_token_hint",
    "login_hint",
    "request",
    "request_uri",
    "resource",
    asked::PARAMETER,
];

pub(crate) async fn get(State(app): State<App>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    authorize(&app, &visitor, query.as_deref().unwrap_or_default()).await
}

/// `POST`: the parameters are in the body.
pub(crate) async fn post(State(app): State<App>, visitor: Visitor, FormBody(body): FormBody) -> Response {
    authorize(&app, &visitor.requesting(&body), &body).await
}

async fn authorize(app: &App, visitor: &Visitor, text: &str) -> Response {
    let answer = async {
        let parameters = parse(text).map_err(|refusal| RequestError::ShowToPerson(refusal.into()))?;
        let request = validate(app, &supported(&parameters)).await?;
        next(app, visitor, &request, parameters).await.map_err(RequestError::ShowToPerson)
    };
    match answer.await {
        Ok(response) => response,
        Err(RequestError::RedirectToClient(target, refusal)) => refuse(visitor, &target, refusal),
        Err(RequestError::ShowToPerson(error)) => failure::page(visitor, error),
    }
}

/// Reads a request that fits into the addresses of login's pages. An error cannot be returned to the client: the answer
/// would need the `state` that is too long.
fn parse(text: &str) -> Result<Parameters, Refusal> {
    let parameters = Parameters::parse(text)?.only(&KNOWN);
    parameters.check_lengths()?;
    let request = asked::without(&parameters);
    if request.len() > MAX_REQUEST {
        return Err(Code::InvalidRequest
            .because("the request is too long: all its parameters together are limited to 1700 bytes"));
    }
    if page_address(&request).len() > MAX_ADDRESS - MAX_ASKED {
        return Err(Code::InvalidRequest.because("the request has too many characters that need to be encoded"));
    }
    Ok(parameters)
}

/// The address of the sign-in page for a request. The addresses of the other pages are about as long.
fn page_address(request: &str) -> String {
    with_return_to("/sign-in", request)
}

async fn next(
    app: &App,
    visitor: &Visitor,
    request: &AuthorizationRequest,
    parameters: Parameters,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let refused = |refusal| Ok(refuse(visitor, &request.redirect, refusal));
    let page = |page, asked: &Asked| Ok(see_other(&with_return_to(page, &asked::return_to(app, &parameters, asked))));
    let asked = asked::read(app, &parameters);
    // A sign-in since the request satisfies `prompt=login` and any `max_age`.
    let is_recent = |person: &&SignedIn| {
        let session = &person.session;
        !request.wants_sign_in() && !is_too_old(session.created_at, request.max_age, now)
            || asked.as_ref().is_some_and(|asked| asked.has_signed_in(session, now))
    };
    let Some(person) = visitor.signed_in.as_ref().filter(is_recent) else {
        if request.prompt.none {
            return refused(Code::LoginRequired.because("the person is not signed in"));
        }
        let session = visitor.signed_in.as_ref().map(|person| &person.session);
        return page("/sign-in", &asked::ask(app, &parameters, session));
    };
    let session = &person.session;
    let asked = asked.unwrap_or_else(|| asked::ask(app, &parameters, Some(session)));
    if request.prompt.select_account && !asked.has_chosen(session, now) {
        return page("/select-account", &asked);
    }
    if let Err(refusal) = request.admits(person.tenant.tenant_id, person.user.user_id) {
        return refused(refusal);
    }
    if is_consent_needed(app, request, person, asked.has_consented(session)).await? {
        if request.prompt.none {
            return refused(Code::ConsentRequired.because("the person has not given consent"));
        }
        return page("/consent", &asked);
    }
    Ok(see_other(&authorize::issue_code(app, request, person).await?))
}

/// Address of a page that returns to `return_to`.
pub(crate) fn with_return_to(page: &str, return_to: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
    format!("{page}?{query}")
}

/// Returns an error to the client. A person who does not belong to the client's tenant is asked first.
fn refuse(visitor: &Visitor, target: &RedirectTarget, refusal: Refusal) -> Response {
    match target.refusal(refusal) {
        Some(address) if target.is_trusted_by(visitor.tenant_id()) => see_other(&address),
        Some(address) => leave::ask(visitor, &address, refusal),
        None => Error::from(refusal).into_response(),
    }
}

/// Parameters of the authorization request in `return_to`. `None` for any other address, and for one that is too long.
pub(crate) fn request_in(return_to: &str) -> Option<Parameters> {
    let query = return_to.strip_prefix("/authorize?")?;
    parse(query).ok().filter(|_| page_address(return_to).len() <= MAX_ADDRESS)
}

/// Picks the supported parameters.
pub(crate) fn supported(parameters: &Parameters) -> authorization_request::Parameters {
    let get = |name| parameters.value(name).map(str::to_owned);
    authorization_request::Parameters {
        response_type: get("response_type"),
        client_id: get("client_id"),
        redirect_uri: get("redirect_uri"),
        scope: get("scope"),
        state: get("state"),
        nonce: get("nonce"),
        code_challenge: get("code_challenge"),
        code_challenge_method: get("code_challenge_method"),
        response_mode: get("response_mode"),
        prompt: get("prompt"),
        max_age: get("max_age"),
        id_token_hint: get("id_token_hint"),
        login_hint: get("login_hint"),
        resources: parameters.resources().to_vec(),
        request: parameters.value("request").is_some(),
        request_uri: parameters.value("request_uri").is_some(),
    }
}

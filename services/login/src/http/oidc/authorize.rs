//! `/authorize`: a client sends a person here; the person goes back with a code, or signs in first.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};

use super::{Parameters, parameters::FormBody};
use crate::{
    app::App,
    domain::{
        oauth::{Code, Refusal},
        prompt,
        session::is_too_old,
    },
    error::Error,
    http::{
        pages::{failure, page::Visitor},
        see_other,
    },
    usecase::oauth::{
        authorization_request::{self, AuthorizationRequest, RequestError},
        authorize::{self, validate},
        grant_consent::is_consent_needed,
    },
};

/// Answers `GET`.
pub(crate) async fn get(State(app): State<App>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    authorize(&app, &visitor, query.as_deref().unwrap_or_default()).await
}

/// Answers `POST`, with the parameters in the body.
pub(crate) async fn post(State(app): State<App>, visitor: Visitor, FormBody(body): FormBody) -> Response {
    authorize(&app, &visitor, &body).await
}

async fn authorize(app: &App, visitor: &Visitor, text: &str) -> Response {
    let answer = async {
        let parameters = Parameters::parse(text).map_err(|refusal| RequestError::ShowToPerson(refusal.into()))?;
        let request = validate(app, &understood(&parameters)).await?;
        next(app, visitor, &request, parameters).await.map_err(RequestError::ShowToPerson)
    };
    match answer.await {
        Ok(response) => response,
        Err(RequestError::RedirectToClient(target, refusal)) => to_client(target.refusal(refusal), refusal),
        Err(RequestError::ShowToPerson(error)) => failure::page(visitor, error),
    }
}

async fn next(
    app: &App,
    visitor: &Visitor,
    request: &AuthorizationRequest,
    mut parameters: Parameters,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let refused = |refusal| Ok(to_client(request.redirect.refusal(refusal), refusal));
    let signed_in = visitor
        .signed_in
        .as_ref()
        .filter(|person| !request.wants_sign_in() && !is_too_old(person.session.created_at, request.max_age, now));
    let Some(person) = signed_in else {
        if request.prompt.none {
            return refused(Code::LoginRequired.because("nobody is signed in"));
        }
        // What made the person sign in is done with, or they would be asked for ever.
        parameters.set("max_age", String::new());
        return Ok(see_other(&page_url("/sign-in", &parameters, &["login", "select_account"])));
    };
    if request.prompt.select_account {
        return Ok(see_other(&page_url("/select-account", &parameters, &["select_account"])));
    }
    if let Err(refusal) = request.admits(person.tenant.tenant_id, person.user.user_id) {
        return refused(refusal);
    }
    if is_consent_needed(app, request, person).await? {
        if request.prompt.none {
            return refused(Code::ConsentRequired.because("the person has not allowed this yet"));
        }
        return Ok(see_other(&page_url("/consent", &parameters, &["consent"])));
    }
    Ok(see_other(&authorize::issue_code(app, request, person).await?))
}

/// The address of a page that asks something, and then comes back with the request; of its `prompt`, what is asked there is
/// left out.
fn page_url(page: &str, parameters: &Parameters, asked: &[&str]) -> String {
    let mut kept = parameters.clone();
    kept.set("prompt", prompt::without(parameters.value("prompt").unwrap_or_default(), asked));
    with_return_to(page, &format!("/authorize?{}", kept.to_query()))
}

/// The address of a page that comes back to `return_to`.
pub(crate) fn with_return_to(page: &str, return_to: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
    format!("{page}?{query}")
}

fn to_client(address: Option<String>, refusal: Refusal) -> Response {
    address.map_or_else(|| Error::from(refusal).into_response(), |address| see_other(&address))
}

/// The request kept in an address that a sign-in returns to; nothing for any other address.
pub(crate) fn kept_request(return_to: &str) -> Option<Parameters> {
    Parameters::parse(return_to.strip_prefix("/authorize?")?).ok()
}

/// Those parameters that are understood.
pub(crate) fn understood(parameters: &Parameters) -> authorization_request::Parameters {
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

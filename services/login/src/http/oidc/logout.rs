//! `/logout`: a client redirects a person here to sign out (OpenID Connect RP-Initiated Logout).
//!
//! With the session's ID token as hint, the session ends at once. Without it the person must confirm, because any site can
//! link here.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use chassis::{http::is_person_looking, id::TenantId};
use http::{HeaderMap, Method};

use super::{Parameters, parameters::FormBody};
use crate::{
    app::App,
    domain::{
        oauth::{Code, Refusal},
        redirect,
    },
    error::Error,
    http::{
        cookie,
        origin::SameOrigin,
        pages::{failure, leave, page::Visitor, sign_out},
        see_other,
    },
    usecase::{clients::find_client::find_client, oauth::issue_tokens::IdClaims, sessions::end_session::end_session},
};

pub(crate) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let sent = if is_person_looking(&Method::GET, &headers) { Sent::Link } else { Sent::LinkToRobot };
    answer(&app, &visitor, query.as_deref().unwrap_or_default(), sent).await
}

/// `POST` from a client, or from the confirmation page.
pub(crate) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    origin: Option<SameOrigin>,
    FormBody(body): FormBody,
) -> Response {
    let sent = if origin.is_some() { Sent::OwnForm } else { Sent::ForeignForm };
    answer(&app, &visitor.requesting(&body), &body, sent).await
}

/// How the request was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Link,
    LinkToRobot,
    OwnForm,
    ForeignForm,
}

async fn answer(app: &App, visitor: &Visitor, text: &str, sent: Sent) -> Response {
    match logout(app, visitor, text, sent).await {
        Ok(response) => response,
        Err(error) => failure::page(visitor, error),
    }
}

async fn logout(app: &App, visitor: &Visitor, text: &str, sent: Sent) -> Result<Response, Error> {
    let parameters = Parameters::parse(text)?;
    parameters.check_lengths()?;
    let hint = match parameters.value("id_token_hint") {
        Some(hint) => app.keys.ring().await?.read_id_token_hint::<IdClaims>(hint, app.issuer.as_str()),
        None => None,
    };
    let client_id = client_id(&parameters, hint.as_ref())?;
    let next = next(app, &parameters, client_id).await?;
    let confirmed = sent == Sent::OwnForm && parameters.value("confirm").is_some();
    let session = visitor.signed_in.as_ref().map(|person| (person.tenant.tenant_id, person.session.session_id));
    let hinted = hint.map(|hint| (hint.person.tenant_id, hint.sid));
    match (session, hinted) {
        // The hint authorizes ending its own session. Another session of this browser needs a confirmation.
        (Some(session), hinted) if !confirmed && hinted != Some(session) => {
            return Ok(sign_out::ask(visitor, &parameters, next.as_ref().map(|next| next.address.as_str())));
        }
        // A link previewer ends no session by the hint in a link.
        (None, _) if sent == Sent::LinkToRobot => {}
        (Some((tenant_id, session_id)), _) | (None, Some((tenant_id, session_id))) => {
            end_session(app, tenant_id, session_id, None).await?;
        }
        (None, None) => {}
    }
    let no_cookie = cookie::removed(&app.issuer);
    let answer = match next {
        Some(next) if next.tenant_id.is_none_or(|own| visitor.tenant_id() == Some(own)) => match sent {
            Sent::Link | Sent::LinkToRobot => see_other(&next.address),
            Sent::OwnForm | Sent::ForeignForm => leave::after_form(visitor, &next.address),
        },
        next => sign_out::done(visitor, next.map(|next| next.address)),
    };
    Ok((no_cookie, answer).into_response())
}

/// Where the browser continues after sign-out.
struct Next {
    address: String,
    /// The tenant that registered the address; `None` for a first-party client. A browser without a session of this
    /// tenant does not continue by itself: a hint may be another person's.
    tenant_id: Option<TenantId>,
}

/// The client that the hint or `client_id` names. Both must name the same (RP-Initiated Logout §2), also when no address
/// is requested: a request that contradicts itself ends no session.
fn client_id<'a>(parameters: &'a Parameters, hint: Option<&'a IdClaims>) -> Result<Option<&'a str>, Refusal> {
    match (hint, parameters.value("client_id")) {
        (Some(hint), Some(named)) if hint.aud != named => {
            Err(Code::InvalidRequest.because("client_id is not the client of id_token_hint"))
        }
        (Some(hint), _) => Ok(Some(&hint.aud)),
        (None, named) => Ok(named),
    }
}

/// Redirect address after sign-out. It must be registered by the client.
async fn next(app: &App, parameters: &Parameters, client_id: Option<&str>) -> Result<Option<Next>, Error> {
    let Some(address) = parameters.value("post_logout_redirect_uri") else { return Ok(None) };
    let refuse = |detail| Error::from(Code::InvalidRequest.because(detail));
    let client_id = client_id.ok_or_else(|| refuse("post_logout_redirect_uri requires id_token_hint or client_id"))?;
    let client = find_client(app, client_id).await?;
    let address = redirect::with_ascii_host(address);
    let client = client.filter(|client| client.post_logout_redirect_uris.contains(&address));
    let client = client.ok_or_else(|| refuse("post_logout_redirect_uri is not registered for the client"))?;
    let address = match parameters.value("state") {
        Some(state) => redirect::with_parameters(&address, &[("state", state)]),
        None => Some(address),
    };
    Ok(address.map(|address| Next { address, tenant_id: client.tenant_id }))
}

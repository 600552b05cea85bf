//! The authorization endpoint: validates the request of a client and issues a code (RFC 6749 §4.1).

use chassis::{auth::claims::audience, id::UserId, secret};
use chrono::Duration;

use super::{
    authorization_request::{AuthorizationRequest, Parameters, RedirectTarget, RequestError},
    issue_tokens::IdClaims,
};
use crate::{
    app::App,
    domain::{
        authorization_code::AuthorizationCode,
        client::{Client, GrantType, is_pkce_challenge},
        oauth::{Code, Refusal},
        prompt::Prompt,
        redirect, resource, scope,
    },
    error::Error,
    store::{self, directory::TokenKind},
    usecase::{clients::find_client::find_client, sessions::authenticate::SignedIn},
};

/// Lifetime of a code: the client exchanges it at once, without a person.
const CODE_LIFETIME: Duration = Duration::seconds(60);

/// Maximum length of a nonce, in bytes. It is stored with the code and sent in the ID token.
const MAX_NONCE: usize = 1000;

/// Validates a request. Redirects only after the client and its redirect URL are validated.
///
/// # Errors
/// States whether the error is shown to the person or sent to the client.
pub async fn validate(app: &App, requested: &Parameters) -> Result<AuthorizationRequest, RequestError> {
    let to_person = |detail| RequestError::ShowToPerson(Code::InvalidRequest.because(detail).into());
    let client_id = requested.client_id.as_deref().ok_or_else(|| to_person("client_id is missing"))?;
    let client = find_client(app, client_id).await.map_err(RequestError::ShowToPerson)?;
    let client = client.ok_or_else(|| to_person("the client is unknown"))?;
    let redirect_uri = requested.redirect_uri.as_deref().ok_or_else(|| to_person("redirect_uri is missing"))?;
    let redirect_uri = redirect::with_ascii_host(redirect_uri);
    if !redirect::is_registered(&redirect_uri, &client.redirect_uris) {
        return Err(to_person("redirect_uri is not one that the client registered"));
    }
    let redirect = RedirectTarget {
        redirect_uri,
        state: requested.state.clone(),
        issuer: app.issuer.as_str().to_owned(),
        tenant_id: client.tenant_id,
        is_silent: Prompt::parse(requested.prompt.as_deref()).is_ok_and(|prompt| prompt.none),
    };
    let hinted = match &requested.id_token_hint {
        Some(hint) => {
            let ring = app.keys.ring().await.map_err(|error| RequestError::ShowToPerson(error.into()))?;
            Some(ring.read_id_token_hint::<IdClaims>(hint, app.issuer.as_str()).map(|claims| claims.sub))
        }
        None => None,
    };
    let api = audience(&app.issuer);
    match details(requested, &client, hinted, &api) {
        Ok(Details { code_challenge, max_age, prompt, resources }) => Ok(AuthorizationRequest {
            hinted: hinted.flatten(),
            prompt,
            resources,
            login_hint: requested.login_hint.clone(),
            scope: scope::for_person(requested.scope.as_deref(), &client.scope),
            nonce: requested.nonce.clone(),
            code_challenge,
            redirect,
            max_age,
            client,
        }),
        Err(refusal) => Err(RequestError::RedirectToClient(redirect, refusal)),
    }
}

struct Details {
    code_challenge: String,
    max_age: Option<u32>,
    prompt: Prompt,
    resources: Vec<String>,
}

/// Validates the other parameters. `hinted` is `Some(None)` when the hint is not an ID token of this issuer.
fn details(
    requested: &Parameters,
    client: &Client,
    hinted: Option<Option<UserId>>,
    api: &str,
) -> Result<Details, Refusal> {
    if requested.request {
        return Err(Code::RequestNotSupported.because("request objects are not supported"));
    }
    if requested.request_uri {
        return Err(Code::RequestUriNotSupported.because("request objects are not supported"));
    }
    match requested.response_type.as_deref() {
        Some("code") => {}
        Some(_) => return Err(Code::UnsupportedResponseType.because("response_type must be code")),
        None => return Err(Code::InvalidRequest.because("response_type is missing")),
    }
    if requested.response_mode.as_deref().is_some_and(|mode| mode != "query") {
        return Err(Code::InvalidRequest.because("response_mode must be query"));
    }
    if !client.may(GrantType::AuthorizationCode) {
        return Err(Code::UnauthorizedClient.because("the client may not use the authorization code grant"));
    }
    if requested.code_challenge_method.as_deref() != Some("S256") {
        return Err(Code::InvalidRequest.because("PKCE is required: code_challenge_method must be S256"));
    }
    let challenge = requested.code_challenge.clone().filter(|challenge| is_pkce_challenge(challenge));
    let code_challenge =
        challenge.ok_or(Code::InvalidRequest.because("PKCE is required: code_challenge is missing or malformed"))?;
    let prompt = Prompt::parse(requested.prompt.as_deref())?;
    if requested.nonce.as_deref().is_some_and(|nonce| nonce.len() > MAX_NONCE) {
        return Err(Code::InvalidRequest.because("nonce is longer than 1000 bytes"));
    }
    if hinted == Some(None) {
        return Err(Code::InvalidRequest.because("id_token_hint is not an ID token of this issuer"));
    }
    let max_age = requested.max_age.as_deref().map(str::parse).transpose();
    let max_age = max_age.map_err(|_| Code::InvalidRequest.because("max_age must be a number of seconds"))?;
    if scope::for_person(requested.scope.as_deref(), &client.scope).is_empty() {
        return Err(Code::InvalidScope.because("the client may use none of these scopes"));
    }
    let resources = resource::granted(&requested.resources, &client.resources, api)?;
    Ok(Details { code_challenge, max_age, prompt, resources })
}

/// Issues a code for a signed-in person who has answered all prompts. Returns the redirect URL with the code.
pub async fn issue_code(app: &App, request: &AuthorizationRequest, person: &SignedIn) -> Result<String, Error> {
    let now = app.clock.now();
    let code = secret::random_token();
    let stored = AuthorizationCode {
        code_hash: secret::hash(&code).to_vec(),
        tenant_id: person.session.tenant_id,
        session_id: person.session.session_id,
        client_id: request.client.client_id.clone(),
        redirect_uri: request.redirect.redirect_uri.clone(),
        scope: request.scope.clone(),
        resources: request.resources.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
        created_at: now,
        expires_at: now + CODE_LIFETIME,
        used_at: None,
        family_id: None,
    };
    let mut tx = app.db.begin(stored.tenant_id).await?;
    store::directory::insert_token(&mut tx, TokenKind::Code, &stored.code_hash, stored.tenant_id, stored.expires_at)
        .await?;
    store::code::insert(&mut tx, &stored).await?;
    tx.commit().await?;
    request
        .redirect
        .code(&code)
        .ok_or_else(|| Code::InvalidRequest.because("redirect_uri cannot take parameters").into())
}

//! A client asks for a person's authorization, and gets a code.

use chassis::secret;
use chrono::Duration;

use super::{find_client::find_client, recognise::SignedIn};
use crate::{
    app::App,
    domain::{
        client::{Client, GrantType, is_pkce_challenge},
        oauth::{Code, Refusal},
        redirect, scope,
    },
    error::Error,
    store::{self, code::Code as StoredCode, directory::TokenKind},
};

/// A code is exchanged at once, by a program.
const CODE_LIFETIME: Duration = Duration::seconds(60);

/// The parameters of an authorization request that are understood.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// `response_type`
    pub response_type: Option<String>,
    /// `client_id`
    pub client_id: Option<String>,
    /// `redirect_uri`
    pub redirect_uri: Option<String>,
    /// `scope`
    pub scope: Option<String>,
    /// `state`
    pub state: Option<String>,
    /// `nonce`
    pub nonce: Option<String>,
    /// `code_challenge`
    pub code_challenge: Option<String>,
    /// `code_challenge_method`
    pub code_challenge_method: Option<String>,
    /// `response_mode`
    pub response_mode: Option<String>,
    /// `prompt`
    pub prompt: Option<String>,
    /// `max_age`
    pub max_age: Option<String>,
    /// `request` is given
    pub request: bool,
    /// `request_uri` is given
    pub request_uri: bool,
}

/// A request that may be answered with a code.
#[derive(Debug, Clone)]
pub struct Accepted {
    client: Client,
    scope: String,
    nonce: Option<String>,
    code_challenge: String,
    /// Where the answer goes.
    pub answer: Answer,
    /// The person must sign in again.
    pub sign_in_again: bool,
    /// The person must not be asked anything.
    pub ask_nothing: bool,
    /// Seconds since the person signed in, at most.
    pub max_age: Option<u32>,
}

impl Accepted {
    /// What people call the client.
    pub fn client_name(&self) -> &str {
        &self.client.client_name
    }
}

/// Where answers to a request go, once client and address are known to be good.
#[derive(Debug, Clone)]
pub struct Answer {
    redirect_uri: String,
    state: Option<String>,
    issuer: String,
}

/// Why a request is not accepted.
#[derive(Debug)]
pub enum NotAccepted {
    /// Client or address are not good: the person is told, and sent nowhere.
    ToPerson(Error),
    /// The client is told, at its address.
    ToClient(Answer, Refusal),
}

impl Answer {
    /// The address with a code.
    fn code(&self, code: &str) -> Option<String> {
        self.with(&[("code", code)])
    }

    /// The address with a refusal.
    pub fn refusal(&self, refusal: Refusal) -> Option<String> {
        self.with(&[("error", refusal.code.as_str()), ("error_description", refusal.detail)])
    }

    fn with(&self, parameters: &[(&str, &str)]) -> Option<String> {
        let state = self.state.as_deref().map(|state| ("state", state));
        let all: Vec<_> = parameters.iter().copied().chain(state).chain([("iss", self.issuer.as_str())]).collect();
        redirect::with_parameters(&self.redirect_uri, &all)
    }

    /// Scheme, host and port of where answers go.
    pub fn origin(&self) -> Option<String> {
        redirect::origin(&self.redirect_uri)
    }
}

/// Checks a request. Until client and address are known to be good, nobody is redirected.
///
/// # Errors
/// Says whom to tell.
pub async fn check(app: &App, asked: &Parameters) -> Result<Accepted, NotAccepted> {
    let to_person = |detail| NotAccepted::ToPerson(Code::InvalidRequest.because(detail).into());
    let client_id = asked.client_id.as_deref().ok_or_else(|| to_person("client_id is missing"))?;
    let client = find_client(app, client_id).await.map_err(NotAccepted::ToPerson)?;
    let client = client.ok_or_else(|| to_person("the client is unknown"))?;
    let redirect_uri = asked.redirect_uri.as_deref().ok_or_else(|| to_person("redirect_uri is missing"))?;
    if !redirect::is_registered(redirect_uri, &client.redirect_uris) {
        return Err(to_person("redirect_uri is not one that the client registered"));
    }
    let answer = Answer {
        redirect_uri: redirect_uri.to_owned(),
        state: asked.state.clone(),
        issuer: app.issuer.as_str().to_owned(),
    };
    match details(asked, &client) {
        Ok((code_challenge, max_age)) => Ok(Accepted {
            scope: scope::for_person(asked.scope.as_deref(), &client.scope),
            nonce: asked.nonce.clone(),
            code_challenge,
            answer,
            sign_in_again: has_prompt(asked, "login") || max_age == Some(0),
            ask_nothing: has_prompt(asked, "none"),
            max_age,
            client,
        }),
        Err(refusal) => Err(NotAccepted::ToClient(answer, refusal)),
    }
}

fn has_prompt(asked: &Parameters, value: &str) -> bool {
    asked.prompt.as_deref().is_some_and(|prompt| prompt.split_ascii_whitespace().any(|each| each == value))
}

/// The PKCE challenge and the bound on the sign-in's age, when all else is as it should be.
fn details(asked: &Parameters, client: &Client) -> Result<(String, Option<u32>), Refusal> {
    if asked.request {
        return Err(Code::RequestNotSupported.because("request objects are not supported"));
    }
    if asked.request_uri {
        return Err(Code::RequestUriNotSupported.because("request objects are not supported"));
    }
    match asked.response_type.as_deref() {
        Some("code") => {}
        Some(_) => return Err(Code::UnsupportedResponseType.because("response_type must be code")),
        None => return Err(Code::InvalidRequest.because("response_type is missing")),
    }
    if asked.response_mode.as_deref().is_some_and(|mode| mode != "query") {
        return Err(Code::InvalidRequest.because("response_mode must be query"));
    }
    if !client.may(GrantType::AuthorizationCode) {
        return Err(Code::UnauthorizedClient.because("the client may not ask for a code"));
    }
    if asked.code_challenge_method.as_deref() != Some("S256") {
        return Err(Code::InvalidRequest.because("PKCE is needed: code_challenge_method must be S256"));
    }
    let challenge = asked.code_challenge.clone().filter(|challenge| is_pkce_challenge(challenge));
    let challenge =
        challenge.ok_or(Code::InvalidRequest.because("PKCE is needed: code_challenge is missing or malformed"))?;
    if has_prompt(asked, "none") && asked.prompt.as_deref().map(str::trim) != Some("none") {
        return Err(Code::InvalidRequest.because("prompt=none stands alone"));
    }
    let max_age = asked.max_age.as_deref().map(str::parse).transpose();
    let max_age = max_age.map_err(|_| Code::InvalidRequest.because("max_age must be a number of seconds"))?;
    if scope::for_person(asked.scope.as_deref(), &client.scope).is_empty() {
        return Err(Code::InvalidScope.because("the client may have none of these scopes"));
    }
    Ok((challenge, max_age))
}

/// Gives the client a code for a person who is signed in, and says where to send them with it.
///
/// # Errors
/// `access_denied` when the client is another company's.
pub async fn grant(app: &App, accepted: &Accepted, person: &SignedIn) -> Result<String, Error> {
    let refused = |refusal| accepted.answer.refusal(refusal).ok_or(Error::OAuth(refusal));
    if accepted.client.tenant_id.is_some_and(|tenant_id| tenant_id != person.tenant.tenant_id) {
        return refused(Code::AccessDenied.because("the client is for people of another company"));
    }
    let now = app.clock.now();
    let code = secret::random_token();
    let stored = StoredCode {
        code_hash: secret::hash(&code).to_vec(),
        tenant_id: person.session.tenant_id,
        session_id: person.session.session_id,
        client_id: accepted.client.client_id.clone(),
        redirect_uri: accepted.answer.redirect_uri.clone(),
        scope: accepted.scope.clone(),
        nonce: accepted.nonce.clone(),
        code_challenge: accepted.code_challenge.clone(),
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
    accepted.answer.code(&code).ok_or_else(|| Code::InvalidRequest.because("redirect_uri can't be added to").into())
}

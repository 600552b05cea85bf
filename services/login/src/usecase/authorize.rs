//! A client asks for a person's authorization, and gets a code.

use chassis::{
    auth::claims::audience,
    id::{TenantId, UserId},
    secret,
};
use chrono::Duration;

use super::{find_client::find_client, issue_tokens::IdClaims, recognise::SignedIn};
use crate::{
    app::App,
    domain::{
        client::{Client, GrantType, is_pkce_challenge},
        oauth::{Code, Refusal},
        prompt::Prompt,
        redirect, resource, scope,
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
    /// `id_token_hint`
    pub id_token_hint: Option<String>,
    /// `login_hint`
    pub login_hint: Option<String>,
    /// `resource`, which may be there more than once
    pub resources: Vec<String>,
    /// `request` is given
    pub request: bool,
    /// `request_uri` is given
    pub request_uri: bool,
}

/// A request that may be answered with a code.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub(super) client: Client,
    pub(super) scope: String,
    pub(super) resources: Vec<String>,
    hinted: Option<UserId>,
    nonce: Option<String>,
    code_challenge: String,
    /// Where the answer goes.
    pub answer: Answer,
    /// What the person is to be asked.
    pub prompt: Prompt,
    /// The address that the client thinks the person signs in with.
    pub login_hint: Option<String>,
    /// Seconds since the person signed in, at most.
    pub max_age: Option<u32>,
}

impl Accepted {
    /// What people call the client.
    pub fn client_name(&self) -> &str {
        &self.client.client_name
    }

    /// Whether the client is none of the products' own.
    pub fn is_third_party(&self) -> bool {
        self.client.is_third_party()
    }

    /// The scopes that the client gets.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// The audiences that it gets beside the issuer's own API.
    pub fn foreign_resources(&self) -> impl Iterator<Item = &str> {
        let of_client = |resource: &&String| self.client.resources.contains(*resource);
        self.resources.iter().filter(of_client).map(String::as_str)
    }

    /// Where the person is sent with the answer.
    pub fn host(&self) -> Option<String> {
        redirect::host(&self.answer.redirect_uri)
    }

    /// Whether the person must sign in, even if they did before.
    pub fn wants_sign_in(&self) -> bool {
        self.prompt.login || self.max_age == Some(0)
    }

    /// Why this person can't be who the client asks for.
    ///
    /// # Errors
    /// `access_denied` when the client is another company's, `login_required` when the ID token it showed is someone else's.
    pub fn admits(&self, tenant_id: TenantId, user_id: UserId) -> Result<(), Refusal> {
        if self.client.tenant_id.is_some_and(|own| own != tenant_id) {
            return Err(Code::AccessDenied.because("the client is for people of another company"));
        }
        if self.hinted.is_some_and(|hinted| hinted != user_id) {
            return Err(Code::LoginRequired.because("someone else is signed in than id_token_hint names"));
        }
        Ok(())
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
    let hinted = match &asked.id_token_hint {
        Some(hint) => {
            let ring = app.keys.ring().await.map_err(|error| NotAccepted::ToPerson(error.into()))?;
            Some(ring.read_id_token_hint::<IdClaims>(hint, app.issuer.as_str()).map(|claims| claims.sub))
        }
        None => None,
    };
    let api = audience(&app.issuer);
    match details(asked, &client, hinted, &api) {
        Ok(Details { code_challenge, max_age, prompt, resources }) => Ok(Accepted {
            hinted: hinted.flatten(),
            prompt,
            resources,
            login_hint: asked.login_hint.clone(),
            scope: scope::for_person(asked.scope.as_deref(), &client.scope),
            nonce: asked.nonce.clone(),
            code_challenge,
            answer,
            max_age,
            client,
        }),
        Err(refusal) => Err(NotAccepted::ToClient(answer, refusal)),
    }
}

struct Details {
    code_challenge: String,
    max_age: Option<u32>,
    prompt: Prompt,
    resources: Vec<String>,
}

/// What must be read first to be known good, when all else is as it should be. `hinted` holds nothing for a hint that is no ID
/// token of ours.
fn details(asked: &Parameters, client: &Client, hinted: Option<Option<UserId>>, api: &str) -> Result<Details, Refusal> {
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
    let code_challenge =
        challenge.ok_or(Code::InvalidRequest.because("PKCE is needed: code_challenge is missing or malformed"))?;
    let prompt = Prompt::parse(asked.prompt.as_deref())?;
    if hinted == Some(None) {
        return Err(Code::InvalidRequest.because("id_token_hint is not an ID token of this issuer"));
    }
    let max_age = asked.max_age.as_deref().map(str::parse).transpose();
    let max_age = max_age.map_err(|_| Code::InvalidRequest.because("max_age must be a number of seconds"))?;
    if scope::for_person(asked.scope.as_deref(), &client.scope).is_empty() {
        return Err(Code::InvalidScope.because("the client may have none of these scopes"));
    }
    let resources = resource::granted(&asked.resources, &client.resources, api)?;
    Ok(Details { code_challenge, max_age, prompt, resources })
}

/// Gives the client a code for a person who is signed in, and was asked what had to be asked. Says where to send them with it.
///
/// # Errors
/// When the store can't be reached.
pub async fn grant(app: &App, accepted: &Accepted, person: &SignedIn) -> Result<String, Error> {
    let now = app.clock.now();
    let code = secret::random_token();
    let stored = StoredCode {
        code_hash: secret::hash(&code).to_vec(),
        tenant_id: person.session.tenant_id,
        session_id: person.session.session_id,
        client_id: accepted.client.client_id.clone(),
        redirect_uri: accepted.answer.redirect_uri.clone(),
        scope: accepted.scope.clone(),
        resources: accepted.resources.clone(),
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

//! An authorization request, before and after it is validated (OpenID Connect Core §3.1.2).

use chassis::id::{TenantId, UserId};

use crate::{
    domain::{
        client::Client,
        oauth::{Code, Refusal},
        prompt::Prompt,
        redirect,
    },
    error::Error,
};

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
pub struct AuthorizationRequest {
    pub(super) client: Client,
    pub(super) scope: String,
    pub(super) resources: Vec<String>,
    pub(super) hinted: Option<UserId>,
    pub(super) nonce: Option<String>,
    pub(super) code_challenge: String,
    /// Where the answer goes.
    pub redirect: RedirectTarget,
    /// What the person is to be asked.
    pub prompt: Prompt,
    /// The address that the client thinks the person signs in with.
    pub login_hint: Option<String>,
    /// Seconds since the person signed in, at most.
    pub max_age: Option<u32>,
}

impl AuthorizationRequest {
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
        redirect::host(&self.redirect.redirect_uri)
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
pub struct RedirectTarget {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) issuer: String,
}

/// Why a request is not accepted.
#[derive(Debug)]
pub enum RequestError {
    /// Client or address are not good: the person is told, and sent nowhere.
    ShowToPerson(Error),
    /// The client is told, at its address.
    RedirectToClient(RedirectTarget, Refusal),
}

impl RedirectTarget {
    /// The address with a code.
    pub(super) fn code(&self, code: &str) -> Option<String> {
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

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

/// The known parameters of an authorization request.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    pub response_type: Option<String>,
    pub client_id: Option<String>,
    pub redirect_uri: Option<String>,
    pub scope: Option<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    pub response_mode: Option<String>,
    pub prompt: Option<String>,
    pub max_age: Option<String>,
    pub id_token_hint: Option<String>,
    pub login_hint: Option<String>,
    /// All values of `resource`, which may be repeated.
    pub resources: Vec<String>,
    /// Whether `request` is present.
    pub request: bool,
    /// Whether `request_uri` is present.
    pub request_uri: bool,
}

/// A valid request.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    pub(super) client: Client,
    pub(super) scope: String,
    pub(super) resources: Vec<String>,
    pub(super) hinted: Option<UserId>,
    pub(super) nonce: Option<String>,
    pub(super) code_challenge: String,
    pub redirect: RedirectTarget,
    pub prompt: Prompt,
    pub login_hint: Option<String>,
    /// Maximum age of the sign-in, in seconds.
    pub max_age: Option<u32>,
}

impl AuthorizationRequest {
    pub fn client_name(&self) -> &str {
        &self.client.client_name
    }

    pub fn is_third_party(&self) -> bool {
        self.client.is_third_party()
    }

    /// Whether the client is first-party, or registered by this tenant.
    pub fn is_of(&self, tenant_id: TenantId) -> bool {
        self.client.tenant_id.is_none_or(|own| own == tenant_id)
    }

    /// The granted scopes.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// The granted audiences, without the issuer's own API.
    pub fn foreign_resources(&self) -> impl Iterator<Item = &str> {
        let of_client = |resource: &&String| self.client.resources.contains(*resource);
        self.resources.iter().filter(of_client).map(String::as_str)
    }

    /// The host of the redirect URL.
    pub fn host(&self) -> Option<String> {
        redirect::host(&self.redirect.redirect_uri)
    }

    /// Whether the person must sign in even if they have a session.
    pub fn wants_sign_in(&self) -> bool {
        self.prompt.login || self.max_age == Some(0)
    }

    /// Checks that the client may act for this person.
    ///
    /// # Errors
    /// `access_denied` when the client belongs to another tenant; `login_required` when the ID token hint names another
    /// person.
    pub fn admits(&self, tenant_id: TenantId, user_id: UserId) -> Result<(), Refusal> {
        if !self.is_of(tenant_id) {
            return Err(Code::AccessDenied.because("the client belongs to another tenant"));
        }
        if self.hinted.is_some_and(|hinted| hinted != user_id) {
            return Err(Code::LoginRequired.because("id_token_hint names another person than the one who is signed in"));
        }
        Ok(())
    }
}

/// The validated redirect URL, with the parameters of every response.
#[derive(Debug, Clone)]
pub struct RedirectTarget {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) issuer: String,
    /// The tenant that registered the client; `None` for a first-party client.
    pub(super) tenant_id: Option<TenantId>,
    /// The client requested `prompt=none`: no page may be shown.
    pub(super) is_silent: bool,
}

#[derive(Debug)]
pub enum RequestError {
    /// Client or redirect URL are invalid: the error is shown to the person, without a redirect.
    ShowToPerson(Error),
    /// The error is sent to the client's redirect URL.
    RedirectToClient(RedirectTarget, Refusal),
}

impl RedirectTarget {
    /// Whether the browser of a person of `tenant_id` may be redirected without asking. Any tenant can register any
    /// address, so a link to login must not lead a stranger there (RFC 9700 §4.11.2).
    pub fn is_trusted_by(&self, tenant_id: Option<TenantId>) -> bool {
        self.is_silent || self.tenant_id.is_none_or(|own| tenant_id == Some(own))
    }

    /// The redirect URL with a code.
    pub(super) fn code(&self, code: &str) -> Option<String> {
        self.with(&[("code", code)])
    }

    /// The redirect URL with an error.
    pub fn refusal(&self, refusal: Refusal) -> Option<String> {
        self.with(&[("error", refusal.code.as_str()), ("error_description", refusal.detail)])
    }

    fn with(&self, parameters: &[(&str, &str)]) -> Option<String> {
        let state = self.state.as_deref().map(|state| ("state", state));
        let all: Vec<_> = parameters.iter().copied().chain(state).chain([("iss", self.issuer.as_str())]).collect();
        redirect::with_parameters(&self.redirect_uri, &all)
    }

    /// Scheme, host and port of the redirect URL.
    pub fn origin(&self) -> Option<String> {
        redirect::origin(&self.redirect_uri)
    }
}

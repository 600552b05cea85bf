//! Makes access tokens (RFC 9068) and ID tokens (OpenID Connect Core).

use chassis::{
    auth::claims::AccessClaims,
    id::{SessionId, TenantId, UserId, new_uuid},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    domain::{
        self,
        client::{Client, IdTokenAlg},
        oauth::Code,
        scope,
        session::Session,
        tenant::Tenant,
        user::User,
    },
    error::Error,
};

/// How long access tokens and ID tokens are good: revocation takes effect at the latest after this.
pub const LIFETIME: Duration = Duration::minutes(5);

/// What a client gets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Tokens {
    /// For the APIs.
    pub access_token: String,
    /// `Bearer`
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// What the access token is good for.
    pub scope: String,
    /// Who signed in, when `openid` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// To go on with; good once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// Claims of an ID token.
#[derive(Debug, Serialize, Deserialize)]
pub struct IdClaims {
    /// The issuer.
    pub iss: String,
    /// The person.
    pub sub: UserId,
    /// The client.
    pub aud: String,
    /// Until when.
    pub exp: i64,
    /// Since when.
    pub iat: i64,
    /// When the person signed in.
    pub auth_time: i64,
    /// How, by RFC 8176.
    pub amr: Vec<String>,
    /// As the client gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The session.
    pub sid: SessionId,
    /// About the person.
    #[serde(flatten)]
    pub person: PersonClaims,
}

/// What is said about a person, in ID tokens and at `/userinfo`, by what the scope allows.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonClaims {
    /// Scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Scope `email`: true, since nobody joins who has not shown that they read its mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The person's company.
    pub tenant_id: TenantId,
    /// Its name.
    pub tenant_name: String,
    /// What the person may do there.
    pub roles: Vec<String>,
}

impl PersonClaims {
    /// What `scope` allows to be said.
    pub fn new(user: &User, tenant: &Tenant, scopes: &str) -> Self {
        let profile = scope::has(scopes, "profile");
        let email = scope::has(scopes, "email");
        Self {
            email: email.then(|| user.email.clone()),
            email_verified: email.then_some(true),
            name: profile.then(|| user.display_name.clone()),
            locale: profile.then(|| user.locale.clone()),
            tenant_id: tenant.tenant_id,
            tenant_name: tenant.name.clone(),
            roles: user.roles.clone(),
        }
    }
}

/// For whom and what tokens are made.
pub(super) struct Grant<'a> {
    pub(super) client_id: &'a str,
    pub(super) id_token_alg: IdTokenAlg,
    pub(super) scope: &'a str,
    pub(super) audience: String,
    pub(super) nonce: Option<String>,
    pub(super) session: &'a Session,
    pub(super) user: &'a User,
    pub(super) tenant: &'a Tenant,
}

/// Tokens for a person; the refresh token is the caller's to add.
pub(super) async fn for_person(app: &App, grant: Grant<'_>) -> Result<Tokens, Error> {
    let ring = app.keys.ring().await?;
    let now = app.clock.now();
    let access = AccessClaims {
        sub: grant.user.user_id.to_string(),
        tenant_id: Some(grant.tenant.tenant_id),
        sid: Some(grant.session.session_id),
        roles: domain::user::roles(&grant.user.roles),
        ..claims(app, grant.client_id, grant.audience, grant.scope, now)
    };
    let id_token = if scope::has(grant.scope, "openid") {
        let id = IdClaims {
            iss: app.issuer.as_str().to_owned(),
            sub: grant.user.user_id,
            aud: grant.client_id.to_owned(),
            exp: (now + LIFETIME).timestamp(),
            iat: now.timestamp(),
            auth_time: grant.session.created_at.timestamp(),
            amr: grant.session.amr.clone(),
            nonce: grant.nonce,
            sid: grant.session.session_id,
            person: PersonClaims::new(grant.user, grant.tenant, grant.scope),
        };
        Some(ring.sign_id_token(grant.id_token_alg, &id)?)
    } else {
        None
    };
    Ok(Tokens { id_token, ..tokens(ring.sign_access_token(&access)?, grant.scope) })
}

/// A token for a client that acts for itself. It is bound to the tenant that registered the client; a first-party
/// client's is bound to none.
pub(super) async fn for_service(app: &App, client: &Client, audience: String, scope: &str) -> Result<Tokens, Error> {
    let now = app.clock.now();
    let access = AccessClaims { tenant_id: client.tenant_id, ..claims(app, &client.client_id, audience, scope, now) };
    Ok(tokens(app.keys.ring().await?.sign_access_token(&access)?, scope))
}

fn claims(app: &App, client_id: &str, aud: String, scope: &str, now: DateTime<Utc>) -> AccessClaims {
    AccessClaims {
        iss: app.issuer.as_str().to_owned(),
        sub: client_id.to_owned(),
        aud,
        exp: (now + LIFETIME).timestamp(),
        iat: now.timestamp(),
        jti: new_uuid(&app.clock).to_string(),
        client_id: client_id.to_owned(),
        scope: scope.to_owned(),
        tenant_id: None,
        sid: None,
        roles: vec![],
    }
}

fn tokens(access_token: String, scope: &str) -> Tokens {
    Tokens {
        access_token,
        token_type: "Bearer",
        expires_in: LIFETIME.num_seconds(),
        scope: scope.to_owned(),
        id_token: None,
        refresh_token: None,
    }
}

/// The one refusal for whatever is wrong with a code or token.
pub(super) fn invalid_grant() -> Error {
    Code::InvalidGrant.because("it is unknown, used, expired, revoked, or another client's").into()
}

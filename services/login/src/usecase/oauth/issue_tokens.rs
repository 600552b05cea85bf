//! Issues access tokens (RFC 9068) and ID tokens (OpenID Connect Core).

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
        refresh::FamilyId,
        scope,
        session::Session,
        tenant::Tenant,
        user::User,
    },
    error::Error,
    keys::IssuedClaims,
};

/// Lifetime of access tokens and ID tokens. Revocation takes effect after this time at the latest.
pub const LIFETIME: Duration = Duration::minutes(5);

/// The response of the token endpoint.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Tokens {
    /// Access token for the APIs.
    pub access_token: String,
    /// `Bearer`
    pub token_type: &'static str,
    /// Lifetime of the access token in seconds.
    pub expires_in: i64,
    /// Scopes of the access token.
    pub scope: String,
    /// ID token, when `openid` was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Refresh token, valid once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct IdClaims {
    pub iss: String,
    pub sub: UserId,
    pub aud: String,
    pub exp: i64,
    pub iat: i64,
    pub auth_time: i64,
    /// Authentication methods (RFC 8176).
    pub amr: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    pub sid: SessionId,
    #[serde(flatten)]
    pub person: PersonClaims,
}

/// Claims about a person in ID tokens and at `/userinfo`, as the scope allows.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonClaims {
    /// With scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// With scope `email`: always true, because a person joins only after confirming the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// With scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// With scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The person's tenant.
    pub tenant_id: TenantId,
    /// The tenant's name; its slug if an older release accepted a name that looks like an address.
    pub tenant_name: String,
    /// The person's roles in the tenant.
    pub roles: Vec<String>,
}

impl PersonClaims {
    pub fn new(user: &User, tenant: &Tenant, scopes: &str) -> Self {
        let profile = scope::has(scopes, "profile");
        let email = scope::has(scopes, "email");
        Self {
            email: email.then(|| user.email.clone()),
            email_verified: email.then_some(true),
            name: profile.then(|| user.display_name.clone()),
            locale: profile.then(|| user.locale.clone()),
            tenant_id: tenant.tenant_id,
            tenant_name: tenant.shown_name().to_owned(),
            roles: user.roles.clone(),
        }
    }
}

/// The inputs of a person's tokens.
pub(super) struct Grant<'a> {
    pub(super) family_id: FamilyId,
    pub(super) client_id: &'a str,
    pub(super) id_token_alg: IdTokenAlg,
    pub(super) scope: &'a str,
    pub(super) audience: String,
    pub(super) nonce: Option<String>,
    pub(super) session: &'a Session,
    pub(super) user: &'a User,
    pub(super) tenant: &'a Tenant,
}

/// Issues the tokens of a person, without a refresh token.
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
    let access = IssuedClaims { access, grant_id: Some(grant.family_id) };
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

/// Issues a token for a client that acts for itself. It is bound to the client's tenant; a first-party client's is
/// bound to none.
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

/// The same error for every fault of a code or token.
pub(super) fn invalid_grant() -> Error {
    Code::InvalidGrant
        .because("the code or token is unknown, used, expired, revoked, or was issued to another client")
        .into()
}

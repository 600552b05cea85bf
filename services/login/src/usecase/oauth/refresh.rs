//! The refresh token grant (RFC 6749 §6).

use chassis::{auth::claims::audience, id::UserId, secret};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::issue_tokens::{self, Grant, Tokens, invalid_grant};
use crate::{
    app::App,
    domain::{
        client::Client,
        oauth::Code,
        refresh::{Family, Verdict, judge},
        resource, scope,
        session::use_is_due,
        tenant::Tenant,
        user::User,
    },
    error::Error,
    store::{self, directory::TokenKind},
};

/// Exchanges a refresh token, by the rules of [`crate::domain::refresh`].
///
/// # Errors
/// `invalid_grant` for any fault of the token; `invalid_scope` and `invalid_target` for more than was granted, or than
/// the client may still have.
pub async fn refresh(
    app: &App,
    client: &Client,
    token: &str,
    requested_scope: Option<&str>,
    requested_resources: &[String],
) -> Result<Tokens, Error> {
    let now = app.clock.now();
    let hash = secret::hash(token);
    let mut tx = app.db.begin_unscoped().await?;
    let tenant_id =
        store::directory::find_token(&mut tx, TokenKind::Refresh, &hash).await?.ok_or_else(invalid_grant)?;
    chassis::db::set_tenant(&mut tx, tenant_id).await?;
    store::refresh::lock_session(&mut tx, &hash).await?;
    let family = store::refresh::lock_family(&mut tx, &hash).await?;
    let family = family
        .filter(|family| family.client_id == client.client_id && family.revoked_at.is_none())
        .ok_or_else(invalid_grant)?;
    let token = store::refresh::find(&mut tx, &hash).await?;
    match (judge(&token, now), &token.successor_hash) {
        (Verdict::Rotate, _) => {}
        (Verdict::Replace, Some(lost)) => store::refresh::supersede(&mut tx, lost).await?,
        (Verdict::Expired, _) => return Err(invalid_grant()),
        (Verdict::Replace | Verdict::Revoke, _) => {
            store::refresh::revoke_family(&mut tx, family.family_id, now).await?;
            tx.commit().await?;
            tracing::warn!(client.id = client.client_id, tenant = %tenant_id, "refresh token used twice: family revoked");
            return Err(invalid_grant());
        }
    }
    let (scope, audience) = granted(app, client, &family, requested_scope, requested_resources)?;
    let session = store::session::find(&mut tx, family.session_id, now).await?.ok_or_else(invalid_grant)?;
    let (user, tenant) = person(&mut tx, family.user_id).await?;
    let next = add_token(app, &mut tx, &family, session.expires_at).await?;
    store::refresh::mark_used(&mut tx, &hash, &next.hash, now).await?;
    if use_is_due(session.last_used_at, now) {
        store::session::record_use(&mut tx, session.session_id, now).await?;
    }
    let grant = Grant {
        family_id: family.family_id,
        client_id: &client.client_id,
        id_token_alg: client.id_token_alg,
        scope: &scope,
        audience,
        nonce: None,
        session: &session,
        user: &user,
        tenant: &tenant,
    };
    let tokens = issue_tokens::for_person(app, grant).await?;
    tx.commit().await?;
    Ok(Tokens { refresh_token: Some(next.token), ..tokens })
}

/// The scope and audience of the new tokens: the requested part of the grant that the client may still have.
pub(super) fn granted(
    app: &App,
    client: &Client,
    family: &Family,
    requested_scope: Option<&str>,
    requested_resources: &[String],
) -> Result<(String, String), Error> {
    let allowed = scope::still_allowed(&family.scope, &client.scope);
    let scope = scope::narrowed(requested_scope, &allowed)
        .ok_or(Code::InvalidScope.because("the scope exceeds the granted scope"))?;
    let api = audience(&app.issuer);
    let resources: Vec<_> = family
        .resources
        .iter()
        .filter(|each| **each == api || resource::is_in(&client.resources, each))
        .cloned()
        .collect();
    if resources.is_empty() && !family.resources.is_empty() {
        return Err(Code::InvalidTarget
            .because("the granted resources are no longer registered for the client")
            .into());
    }
    Ok((scope, resource::audience(requested_resources, &resources, &api)?))
}

pub(super) struct NewToken {
    pub(super) token: String,
    hash: [u8; 32],
}

/// Adds a token to a family. It expires with the session.
pub(super) async fn add_token(
    app: &App,
    conn: &mut PgConnection,
    family: &Family,
    expires_at: DateTime<Utc>,
) -> Result<NewToken, Error> {
    let token = secret::random_token();
    let hash = secret::hash(&token);
    store::directory::insert_token(conn, TokenKind::Refresh, &hash, family.tenant_id, expires_at).await?;
    store::refresh::insert(conn, family, &hash, app.clock.now(), expires_at).await?;
    Ok(NewToken { token, hash })
}

/// The person and their tenant, if both are active.
pub(super) async fn person(conn: &mut PgConnection, user_id: UserId) -> Result<(User, Tenant), Error> {
    let user = store::user::find(conn, user_id).await?.filter(User::is_active);
    let tenant = store::tenant::current(conn).await?.filter(Tenant::is_active);
    user.zip(tenant).ok_or_else(invalid_grant)
}

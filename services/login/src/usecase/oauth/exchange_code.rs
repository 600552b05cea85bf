//! The authorization code grant (RFC 6749 §4.1.3).

use chassis::secret;

use super::{
    issue_tokens::{self, Grant, Tokens, invalid_grant},
    refresh,
};
use crate::{
    app::App,
    domain::{
        authorization_code::AuthorizationCode,
        client::{Client, GrantType, pkce_matches},
        redirect,
        refresh::{Family, FamilyId, MAX_FAMILIES_PER_SESSION},
    },
    error::Error,
    store::{self, directory::TokenKind},
};

/// Exchanges a code for tokens, in a new family. A session has a bounded number of families: the oldest is revoked. A second
/// use shows that the code was stolen, and revokes the tokens of the first.
///
/// # Errors
/// `invalid_grant` for any fault of the code; `invalid_scope` and `invalid_target` for more than was granted, or than the
/// client may still have.
pub async fn exchange_code(
    app: &App,
    client: &Client,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
    requested_resources: &[String],
) -> Result<Tokens, Error> {
    let now = app.clock.now();
    let hash = secret::hash(code);
    let mut tx = app.db.begin_unscoped().await?;
    let tenant_id = store::directory::find_token(&mut tx, TokenKind::Code, &hash).await?.ok_or_else(invalid_grant)?;
    chassis::db::set_tenant(&mut tx, tenant_id).await?;
    store::code::lock_session(&mut tx, &hash).await?;
    let code = store::code::lock(&mut tx, &hash).await?.filter(|code| code.client_id == client.client_id);
    let code = code.ok_or_else(invalid_grant)?;
    if code.used_at.is_some() {
        if let Some(family_id) = code.family_id {
            store::refresh::revoke_family(&mut tx, family_id, now).await?;
        }
        tx.commit().await?;
        tracing::warn!(client.id = client.client_id, tenant = %tenant_id, "authorization code used twice: tokens revoked");
        return Err(invalid_grant());
    }
    if code.expires_at <= now
        || !is_sent_to(&code, redirect_uri, client)
        || !pkce_matches(&code.code_challenge, verifier)
    {
        return Err(invalid_grant());
    }
    let session = store::session::find(&mut tx, code.session_id, now).await?.ok_or_else(invalid_grant)?;
    let (user, tenant) = refresh::person(&mut tx, session.user_id).await?;
    if client.is_third_party() {
        // The consent may have ended since the code was issued, for example because the client gained an address.
        let given = store::consent::find(&mut tx, session.user_id, &client.client_id).await?;
        given.filter(|given| given.covers(&code.scope, &code.resources)).ok_or_else(invalid_grant)?;
    }

    let family = Family {
        family_id: FamilyId::new(&app.clock),
        tenant_id,
        session_id: session.session_id,
        user_id: session.user_id,
        client_id: client.client_id.clone(),
        scope: code.scope.clone(),
        resources: code.resources.clone(),
        revoked_at: None,
    };
    let (scope, audience) = refresh::granted(app, client, &family, None, requested_resources)?;
    store::refresh::revoke_oldest(&mut tx, family.session_id, MAX_FAMILIES_PER_SESSION - 1, now).await?;
    store::refresh::insert_family(&mut tx, &family, now).await?;
    store::code::mark_used(&mut tx, &hash, family.family_id, now).await?;
    let grant = Grant {
        family_id: family.family_id,
        client_id: &client.client_id,
        id_token_alg: client.id_token_alg,
        scope: &scope,
        audience,
        nonce: code.nonce,
        session: &session,
        user: &user,
        tenant: &tenant,
    };
    let mut tokens = issue_tokens::for_person(app, grant).await?;
    if client.may(GrantType::RefreshToken) {
        tokens.refresh_token = Some(refresh::add_token(app, &mut tx, &family, session.expires_at).await?.token);
    }
    tx.commit().await?;
    Ok(tokens)
}

/// Whether the code was sent to this address, which the client may have lost since. The pod of an earlier release stores
/// what was requested.
fn is_sent_to(code: &AuthorizationCode, redirect_uri: &str, client: &Client) -> bool {
    let sent_to = redirect::with_ascii_host(&code.redirect_uri);
    redirect::with_ascii_host(redirect_uri) == sent_to && redirect::is_registered(&sent_to, &client.redirect_uris)
}

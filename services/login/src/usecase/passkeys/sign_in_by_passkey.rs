//! Signs a person in by a passkey. The device sends the account and has verified the person.

use chassis::db::set_tenant;
use webauthn_rs::prelude::{PublicKeyCredential, RequestChallengeResponse};

use super::relying_party::{credential_hash, relying_party};
use crate::{
    app::App,
    domain::{passkey::Passkey, session::Method, tenant::Tenant, user::User},
    error::Error,
    passkeys::{Ceremony, Passkeys},
    store,
    usecase::{
        request_context::RequestContext,
        sessions::start_session::{Started, start_session_by},
    },
};

/// Starts the ceremony. Returns the token for the answer, and the challenge for the browser.
///
/// # Errors
/// `passkeys_off`.
pub async fn begin(app: &App) -> Result<(String, RequestChallengeResponse), Error> {
    let passkeys = relying_party(app)?;
    let (mut challenge, state) = passkeys
        .webauthn
        .start_discoverable_authentication()
        .map_err(|error| chassis::problem::Problem::internal(&error))?;
    // The person pressed a button, so the browser need not offer the passkey in a field.
    challenge.mediation = None;
    let mut tx = app.db.begin_unscoped().await?;
    let token = passkeys.store_ceremony(&mut tx, &Ceremony::SignIn { state }, app.clock.now()).await?;
    tx.commit().await?;
    Ok((token, challenge))
}

/// Starts a session for the owner of the passkey that answered the challenge.
///
/// # Errors
/// [`Error::BadPasskey`], the same for any fault.
pub async fn finish(
    app: &App,
    token: &str,
    answer: &PublicKeyCredential,
    context: &RequestContext,
) -> Result<(Started, User), Error> {
    let outcome = attempt(app, token, answer, context).await;
    app.metrics.passkey_sign_in(&outcome);
    outcome
}

async fn attempt(
    app: &App,
    token: &str,
    answer: &PublicKeyCredential,
    context: &RequestContext,
) -> Result<(Started, User), Error> {
    let passkeys = relying_party(app)?;
    let now = app.clock.now();
    let Ceremony::SignIn { state } = passkeys.take_ceremony(&app.db, token, now).await? else {
        return Err(Error::BadPasskey);
    };

    let (user_id, credential_id) =
        passkeys.webauthn.identify_discoverable_authentication(answer).map_err(|_| Error::BadPasskey)?;
    let mut tx = app.db.begin_unscoped().await?;
    let found = store::passkey::find_credential(&mut tx, &credential_hash(credential_id)).await?;
    let (tenant_id, passkey_id) = found.ok_or(Error::BadPasskey)?;
    set_tenant(&mut tx, tenant_id).await?;
    store::tenant::lock_shared(&mut tx).await?.filter(Tenant::is_active).ok_or(Error::BadPasskey)?;
    let user =
        store::user::lock_shared(&mut tx, user_id.into()).await?.filter(User::is_active).ok_or(Error::BadPasskey)?;
    let passkey = store::passkey::lock(&mut tx, passkey_id).await?;
    let mut passkey = passkey.filter(|passkey| passkey.user_id == user.user_id).ok_or(Error::BadPasskey)?;
    check(passkeys, state, answer, &mut passkey)?;
    store::passkey::record_use(&mut tx, &passkey, now).await?;
    let started = start_session_by(app, &mut tx, &user, context, Method::Passkey).await?;
    tx.commit().await?;
    Ok((started, user))
}

/// Checks signature, challenge, origin, user verification and counter.
fn check(
    passkeys: &Passkeys,
    state: webauthn_rs::prelude::DiscoverableAuthentication,
    answer: &PublicKeyCredential,
    passkey: &mut Passkey,
) -> Result<(), Error> {
    let credential = &mut passkey.credential.0;
    let result = passkeys.webauthn.finish_discoverable_authentication_v2(answer, state, &*credential);
    let result = result.map_err(|error| {
        tracing::warn!(passkey_id = %passkey.passkey_id, reason = %error, "passkey refused");
        Error::BadPasskey
    })?;
    credential.update_credential(&result);
    Ok(())
}

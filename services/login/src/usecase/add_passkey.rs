//! A person who is signed in adds a passkey.

use chassis::problem::Problem;
use http::StatusCode;
use sqlx::types::Json;
use webauthn_rs::prelude::{CreationChallengeResponse, RegisterPublicKeyCredential};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::{recognise::SignedIn, sign_in_by_passkey::credential_hash};
use crate::{
    app::App,
    domain::{
        passkey::{ADDED_WITHIN, MOST, PasskeyId},
        text,
    },
    error::Error,
    passkeys::{Ceremony, Passkeys},
    store::{self, passkey::Passkey},
};

/// The challenge for the browser, and the token that its answer comes with.
///
/// # Errors
/// `passkeys_off`, `sign_in_again`, `too_many_passkeys`.
pub async fn begin(app: &App, person: &SignedIn) -> Result<(String, CreationChallengeResponse), Error> {
    let passkeys = may(app, person)?;
    let mut tx = app.db.begin(person.tenant.tenant_id).await?;
    let known = store::passkey::of_user(&mut tx, person.user.user_id).await?;
    if known.len() >= MOST {
        return Err(Problem::new(StatusCode::CONFLICT, "too_many_passkeys", "Nobody needs more than 20.").into());
    }
    let known = known.iter().map(|passkey| passkey.credential.cred_id().clone()).collect();
    let user = &person.user;
    let (mut challenge, state) = passkeys
        .webauthn
        .start_passkey_registration(user.user_id.as_uuid(), &user.email, &user.display_name, Some(known))
        .map_err(|error| Problem::internal(&error))?;
    if let Some(selection) = &mut challenge.public_key.authenticator_selection {
        // A sign-in asks for no address, so the device has to know whose passkey it is.
        selection.resident_key = Some(ResidentKeyRequirement::Required);
        selection.require_resident_key = true;
    }
    let ceremony = Ceremony::Add { session_id: person.session.session_id, state };
    let token = passkeys.keep(&mut tx, &ceremony, app.clock.now()).await?;
    tx.commit().await?;
    Ok((token, challenge))
}

/// Adds the passkey that the browser made for the challenge.
///
/// # Errors
/// [`Error::BadPasskey`] when it was not made for it, or is known already; else as [`begin`].
pub async fn finish(
    app: &App,
    person: &SignedIn,
    token: &str,
    name: &str,
    answer: &RegisterPublicKeyCredential,
) -> Result<PasskeyId, Error> {
    let passkeys = may(app, person)?;
    let name = text::name("name", name)?;
    let now = app.clock.now();
    let mut tx = app.db.begin(person.tenant.tenant_id).await?;
    let state = match passkeys.take(&mut tx, token, now).await? {
        Ceremony::Add { session_id, state } if session_id == person.session.session_id => state,
        _ => return Err(Error::BadPasskey),
    };
    let credential = passkeys.webauthn.finish_passkey_registration(answer, &state).map_err(|error| {
        tracing::info!(reason = %error, "passkey refused");
        Error::BadPasskey
    })?;
    let hash = credential_hash(credential.cred_id());
    let passkey = Passkey {
        passkey_id: PasskeyId::new(&app.clock),
        tenant_id: person.tenant.tenant_id,
        user_id: person.user.user_id,
        name,
        credential: Json(credential),
        created_at: now,
        last_used_at: None,
    };
    store::passkey::insert(&mut tx, &passkey, &hash).await.map_err(|error| match chassis::db::constraint(&error) {
        Some("passkey_directory_pkey") => Error::BadPasskey,
        _ => error.into(),
    })?;
    tx.commit().await?;
    Ok(passkey.passkey_id)
}

/// Whether they signed in so lately that a passkey may be added.
pub fn is_recent(app: &App, person: &SignedIn) -> bool {
    app.clock.now() - person.session.created_at < ADDED_WITHIN
}

fn may<'a>(app: &'a App, person: &SignedIn) -> Result<&'a Passkeys, Error> {
    if !is_recent(app, person) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "sign_in_again", "Sign in again to add a passkey.").into());
    }
    app.passkeys.as_ref().ok_or(Error::NotFound("passkeys_off"))
}

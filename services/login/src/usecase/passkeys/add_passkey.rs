//! Adds a passkey for a signed-in person.

use chassis::problem::Problem;
use http::StatusCode;
use sqlx::PgConnection;
use webauthn_rs::prelude::{CreationChallengeResponse, RegisterPublicKeyCredential};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::{
    notify_passkey_change::notify_passkey_change,
    relying_party::{credential_hash, relying_party},
};
use crate::{
    app::App,
    domain::passkey::{self, ADD_WITHIN, Credential, MAX_PER_PERSON, Passkey, PasskeyId},
    error::Error,
    mail::message::Message,
    passkeys::Ceremony,
    store,
    usecase::{
        access::{Acting, Right, begin_write},
        sessions::authenticate::SignedIn,
    },
};

/// Starts the ceremony. Returns the token for the answer, and the challenge for the browser.
///
/// # Errors
/// `passkeys_off`, `sign_in_again`, `too_many_passkeys`.
pub async fn begin(app: &App, person: &SignedIn) -> Result<(String, CreationChallengeResponse), Error> {
    let passkeys = relying_party(app)?;
    require_recent_sign_in(app, person)?;
    let mut tx = app.db.begin(person.tenant.tenant_id).await?;
    let known = check_limit(&mut tx, person).await?;
    let known = known.iter().map(|passkey| passkey.credential.0.cred_id().clone()).collect();
    let user = &person.user;
    let (mut challenge, state) = passkeys
        .webauthn
        .start_passkey_registration(user.user_id.as_uuid(), &user.email, &user.display_name, Some(known))
        .map_err(|error| Problem::internal(&error))?;
    if let Some(selection) = &mut challenge.public_key.authenticator_selection {
        // A sign-in by passkey sends no e-mail address, so the device must store the account with the passkey.
        selection.resident_key = Some(ResidentKeyRequirement::Required);
        selection.require_resident_key = true;
    }
    let ceremony = Ceremony::Add { session_id: person.session.session_id, state };
    let token = passkeys.store_ceremony(&mut tx, &ceremony, app.clock.now()).await?;
    tx.commit().await?;
    Ok((token, challenge))
}

/// Stores the new passkey and notifies the person by mail. The challenge is used up in any case.
///
/// # Errors
/// [`Error::BadPasskey`] when the answer is invalid or the passkey is already registered; the field `name`; otherwise
/// as [`begin`].
pub async fn finish(
    app: &App,
    person: &SignedIn,
    token: &str,
    name: &str,
    answer: &RegisterPublicKeyCredential,
) -> Result<PasskeyId, Error> {
    let passkeys = relying_party(app)?;
    let now = app.clock.now();
    let state = match passkeys.take_ceremony(&app.db, token, now).await? {
        Ceremony::Add { session_id, state } if session_id == person.session.session_id => state,
        _ => return Err(Error::BadPasskey),
    };
    require_recent_sign_in(app, person)?;
    let name = passkey::name("name", name)?;
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
        credential: Credential(credential),
        created_at: now,
        last_used_at: None,
    };
    // Locks the person, so that concurrent additions are counted.
    let mut tx = begin_write(app, &Acting::on_page(person), Right::Member).await?;
    check_limit(&mut tx, person).await?;
    store::passkey::insert(&mut tx, &passkey, &hash).await.map_err(|error| match chassis::db::constraint(&error) {
        Some("passkey_directory_pkey") => Error::BadPasskey,
        _ => error.into(),
    })?;
    notify_passkey_change(app, &mut tx, person, Message::PasskeyAdded).await?;
    tx.commit().await?;
    Ok(passkey.passkey_id)
}

/// Whether the sign-in is recent enough to add a passkey.
pub fn is_recent(app: &App, person: &SignedIn) -> bool {
    app.clock.now() - person.session.created_at < ADD_WITHIN
}

fn require_recent_sign_in(app: &App, person: &SignedIn) -> Result<(), Error> {
    if !is_recent(app, person) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "sign_in_again", "Sign in again to add a passkey.").into());
    }
    Ok(())
}

/// The person's passkeys, if one more is allowed.
async fn check_limit(conn: &mut PgConnection, person: &SignedIn) -> Result<Vec<Passkey>, Error> {
    let known = store::passkey::list_by_user(conn, person.user.user_id).await?;
    if known.len() >= MAX_PER_PERSON {
        return Err(
            Problem::new(StatusCode::CONFLICT, "too_many_passkeys", "A person can have at most 20 passkeys.").into()
        );
    }
    Ok(known)
}

//! Undoes what the sessions of a person left behind: someone else may have used one of them.
//!
//! A session is stored for its lifetime and one day, also after its end. So this reaches back about a month, and a
//! sign-out does not keep what was made before it.

use chassis::{
    id::{SessionId, UserId},
    secret,
};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::undone::Undone,
    error::Error,
    store,
    usecase::{clients::register_client::withdraw_consents, sessions::end_session::end_sessions},
};

/// Ends the sessions of a person. Withdraws the invitations and revokes the client secrets that were made in them, and
/// deletes the person's passkeys and consents. Each person must consent again to the clients that were registered or
/// changed in the sessions. The tenant and the person must be locked.
pub(super) async fn undo_sessions(app: &App, conn: &mut PgConnection, user_id: UserId) -> Result<Undone, Error> {
    let sessions: Vec<_> =
        store::session::ids_of_user(conn, user_id).await?.into_iter().map(SessionId::as_uuid).collect();
    let changed = store::client::changed_in(conn, &sessions).await?;
    let unknown = secret::hash(&secret::random_token());
    let secrets = store::client::revoke_secrets_made_in(conn, &sessions, &unknown, app.clock.now()).await?;
    let joined = store::invitation::accepted_of(conn, &sessions).await?;
    let withdrawn = store::invitation::delete_made_in(conn, user_id, &sessions).await?;
    let (tokens, invitations): (Vec<_>, Vec<_>) = withdrawn.into_iter().unzip();
    let passkeys = store::passkey::delete_all(conn, user_id).await?;
    // With a consent, a client of the sessions would get codes without a question.
    store::consent::delete_all(conn, user_id).await?;
    end_sessions(app, conn, Some(user_id)).await?;
    // After the sessions: a refresh locks its session before its family, too.
    for (client_id, _) in &changed {
        withdraw_consents(app, conn, client_id).await?;
    }
    let clients = changed.into_iter().map(|(_, name)| name).collect();
    store::directory::delete_tokens(conn, &tokens).await?;
    Ok(Undone { invitations, joined, secrets, clients, passkeys })
}

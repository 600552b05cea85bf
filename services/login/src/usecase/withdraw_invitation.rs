//! An invitation is taken back before it is accepted: by an admin, or since who made it is no admin any more.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::{
    app::App,
    error::Error,
    store::{self, invitation::InvitationId},
};

/// Withdraws an open invitation of the transaction's tenant.
///
/// # Errors
/// `invitation_not_found` when it was accepted, replaced or withdrawn, or is too old.
pub async fn withdraw_invitation(
    app: &App,
    connection: &mut PgConnection,
    invitation_id: InvitationId,
) -> Result<(), Error> {
    let void = store::invitation::delete_open(connection, invitation_id, app.clock.now()).await?;
    let void = void.ok_or(Error::NotFound("invitation_not_found"))?;
    Ok(store::directory::delete_token(connection, &void).await?)
}

/// Withdraws what a person invited to. Their tenant is locked.
///
/// # Errors
/// When the store refuses.
pub(super) async fn withdraw_invitations_of(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let void = store::invitation::delete_made_by(connection, user_id).await?;
    Ok(store::directory::delete_tokens(connection, &void).await?)
}

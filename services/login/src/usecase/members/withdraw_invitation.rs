//! An invitation is taken back before it is accepted: by an admin, or since who made it is no admin any more.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::{app::App, domain::invitation::InvitationId, error::Error, store};

/// Withdraws an open invitation of the transaction's tenant.
///
/// # Errors
/// `invitation_not_found` when it was accepted, replaced or withdrawn, or is too old.
pub async fn withdraw_invitation(app: &App, conn: &mut PgConnection, invitation_id: InvitationId) -> Result<(), Error> {
    let void = store::invitation::delete_open(conn, invitation_id, app.clock.now()).await?;
    let void = void.ok_or(Error::NotFound("invitation_not_found"))?;
    Ok(store::directory::delete_token(conn, &void).await?)
}

/// Withdraws what a person invited to. Their tenant is locked.
///
/// # Errors
/// When the store refuses.
pub(in crate::usecase) async fn withdraw_invitations_of(conn: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let void = store::invitation::delete_by_inviter(conn, user_id).await?;
    Ok(store::directory::delete_tokens(conn, &void).await?)
}

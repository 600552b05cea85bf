//! Withdraws open invitations: by an admin's request, or when the inviter is no longer an admin.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::{app::App, domain::invitation::InvitationId, error::Error, store};

/// Withdraws an open invitation of the transaction's tenant.
///
/// # Errors
/// `invitation_not_found` when it was accepted, replaced or withdrawn, or has expired.
pub async fn withdraw_invitation(app: &App, conn: &mut PgConnection, invitation_id: InvitationId) -> Result<(), Error> {
    let void = store::invitation::delete_open(conn, invitation_id, app.clock.now()).await?;
    let void = void.ok_or(Error::NotFound("invitation_not_found"))?;
    Ok(store::directory::delete_token(conn, &void).await?)
}

/// Withdraws the open invitations that a person made. The tenant must be locked.
pub(in crate::usecase) async fn withdraw_invitations_of(conn: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let void = store::invitation::delete_by_inviter(conn, user_id).await?;
    Ok(store::directory::delete_tokens(conn, &void).await?)
}

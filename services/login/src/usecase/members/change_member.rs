//! Changes a person's role or status for an admin.

use chassis::{auth::Role, id::UserId, outbox};
use sqlx::PgConnection;

use super::withdraw_invitation::withdraw_invitations_of;
use crate::{
    app::App,
    domain::user::{User, names_of},
    error::Error,
    events, store,
    usecase::sessions::end_session::end_sessions,
};

/// The changes; `None` does not change the value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    pub role: Option<Role>,
    pub active: Option<bool>,
}

/// Changes a person of the transaction's tenant. Suspension ends all their sessions. A person who stops being an active
/// admin loses their open invitations.
///
/// # Errors
/// `user_not_found`, [`Error::LastAdmin`].
pub async fn change_member(app: &App, conn: &mut PgConnection, user_id: UserId, change: Change) -> Result<User, Error> {
    let before = lock_member(conn, user_id).await?;
    let after = User {
        roles: change.role.map_or_else(|| before.roles.clone(), names_of),
        status: match change.active {
            Some(true) => "active".to_owned(),
            Some(false) => "suspended".to_owned(),
            None => before.status.clone(),
        },
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    if !(after.is_admin() && after.is_active()) {
        require_other_admin(conn, &before).await?;
        withdraw_invitations_of(conn, user_id).await?;
    }
    let changed = store::user::update(conn, &after, app.clock.now()).await?;
    outbox::publish(conn, &app.clock, &events::user_changed(&changed)).await?;
    if !changed.is_active() {
        end_sessions(app, conn, Some(user_id)).await?;
    }
    Ok(changed)
}

/// Locks the tenant, then the person, so that two admins cannot remove each other's role at the same time.
pub(in crate::usecase) async fn lock_member(conn: &mut PgConnection, user_id: UserId) -> Result<User, Error> {
    store::tenant::lock(conn).await?;
    store::user::lock(conn, user_id).await?.ok_or(Error::NotFound("user_not_found"))
}

/// Fails when the tenant would lose its only active admin.
pub(in crate::usecase) async fn require_other_admin(conn: &mut PgConnection, leaving: &User) -> Result<(), Error> {
    if leaving.is_admin() && leaving.is_active() && !store::user::has_other_admin(conn, leaving.user_id).await? {
        return Err(Error::LastAdmin);
    }
    Ok(())
}

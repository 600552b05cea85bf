//! An admin changes what a person of their company may do, suspends them, or lets them in again.

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

/// What becomes of a person; what is not given stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    /// What they will be.
    pub role: Option<Role>,
    /// Whether they may sign in.
    pub active: Option<bool>,
}

/// Changes a person of the transaction's tenant. Who is suspended is signed out everywhere; who is no active admin any more
/// has nobody invited.
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
        keep_an_admin(conn, &before).await?;
        withdraw_invitations_of(conn, user_id).await?;
    }
    let changed = store::user::update(conn, &after, app.clock.now()).await?;
    outbox::publish(conn, &app.clock, &events::user_changed(&changed)).await?;
    if !changed.is_active() {
        end_sessions(app, conn, Some(user_id)).await?;
    }
    Ok(changed)
}

/// A person, locked behind their tenant: so that two admins can't take the role from each other at the same time.
pub(in crate::usecase) async fn lock_member(conn: &mut PgConnection, user_id: UserId) -> Result<User, Error> {
    store::tenant::lock(conn).await?;
    store::user::lock(conn, user_id).await?.ok_or(Error::NotFound("user_not_found"))
}

/// Refuses to go on when the tenant's only active admin would be lost.
pub(in crate::usecase) async fn keep_an_admin(conn: &mut PgConnection, leaving: &User) -> Result<(), Error> {
    if leaving.is_admin() && leaving.is_active() && !store::user::has_other_admin(conn, leaving.user_id).await? {
        return Err(Error::LastAdmin);
    }
    Ok(())
}

//! An admin changes what a person of their company may do, suspends them, or lets them in again.

use chassis::{auth::Role, id::UserId, outbox};
use sqlx::PgConnection;

use super::{end_sessions::end_sessions, withdraw_invitation::withdraw_invitations_of};
use crate::{
    app::App,
    domain::user::names_of,
    error::Error,
    events,
    store::{self, user::User},
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
pub async fn change_member(
    app: &App,
    connection: &mut PgConnection,
    user_id: UserId,
    change: Change,
) -> Result<User, Error> {
    let before = lock_member(connection, user_id).await?;
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
        keep_an_admin(connection, &before).await?;
        withdraw_invitations_of(connection, user_id).await?;
    }
    let changed = store::user::update(connection, &after, app.clock.now()).await?;
    outbox::publish(connection, &app.clock, &events::user_changed(&changed)).await?;
    if !changed.is_active() {
        end_sessions(app, connection, Some(user_id)).await?;
    }
    Ok(changed)
}

/// A person, locked behind their tenant: so that two admins can't take the role from each other at the same time.
pub(super) async fn lock_member(connection: &mut PgConnection, user_id: UserId) -> Result<User, Error> {
    store::tenant::lock(connection).await?;
    store::user::lock(connection, user_id).await?.ok_or(Error::NotFound("user_not_found"))
}

/// Refuses to go on when the tenant's only active admin would be lost.
pub(super) async fn keep_an_admin(connection: &mut PgConnection, leaving: &User) -> Result<(), Error> {
    if leaving.is_admin() && leaving.is_active() && !store::user::has_other_admin(connection, leaving.user_id).await? {
        return Err(Error::LastAdmin);
    }
    Ok(())
}

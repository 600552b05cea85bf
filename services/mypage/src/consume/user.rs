//! login.user.v1: stores the profile; a tombstone erases the person; a suspended person is signed out.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::login::v1::{Role, UserChanged, UserStatus};
use sqlx::PgConnection;

use super::{Handlers, id, required, same_tenant, time};
use crate::{domain::profile::Profile, store, usecase::erase_person::erase_person};

impl Consume<UserChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<UserChanged>) -> Result<(), ConsumeError> {
        let Some(changed) = event.payload else {
            let user = id("key", &event.key)?;
            return Ok(erase_person(conn, &self.clock, event.tenant_id, user).await?);
        };
        let user = required(changed.user)?;
        same_tenant(event.tenant_id, &user.tenant_id)?;
        let profile = Profile {
            user_id: id("user_id", &user.user_id)?,
            tenant_id: event.tenant_id,
            admin: user.roles().any(|role| role == Role::Admin),
            created_at: time("created_at", user.created_at)?,
            email: user.email.clone(),
            display_name: user.display_name.clone(),
            locale: user.locale.clone(),
        };
        let changed_at = time("changed_at", changed.changed_at)?;
        if !store::person::lock(conn, event.tenant_id, profile.user_id).await? {
            return Ok(());
        }
        let newer = store::profile::upsert(conn, &profile, changed.version, changed_at).await?;
        if newer && user.status() == UserStatus::Suspended {
            store::web_session::delete_by_user(conn, profile.user_id).await?;
            store::activity::notify(conn, profile.user_id).await?;
        }
        Ok(())
    }
}

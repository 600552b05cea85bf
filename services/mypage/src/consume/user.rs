//! login.user.v1: stores the profile; a tombstone erases the person; a suspended person is signed out.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{
    login::v1::{Role, UserChanged, UserStatus},
    read,
};
use sqlx::PgConnection;

use super::{Handlers, required};
use crate::{domain::profile::Profile, store, usecase::erase_person::erase_person};

impl Consume<UserChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<UserChanged>) -> Result<(), ConsumeError> {
        let Some(changed) = event.payload else {
            let user = read::id("key", &event.key)?;
            return Ok(erase_person(conn, &self.clock, event.tenant_id, user).await?);
        };
        let user = required(changed.user)?;
        let (version, now) = (read::version(changed.version)?, self.clock.now());
        let changed_at = read::time_or(changed.changed_at, event.time, now);
        let profile = Profile {
            user_id: read::id("user_id", &user.user_id)?,
            tenant_id: event.tenant_id,
            admin: user.roles().any(|role| role == Role::Admin),
            created_at: read::time_or(user.created_at, changed_at, now),
            email: read::text(&user.email),
            display_name: read::text(&user.display_name),
            locale: read::code(&user.locale, ""),
        };
        if !store::person::lock(conn, event.tenant_id, profile.user_id).await? {
            return Ok(());
        }
        let newer = store::profile::upsert(conn, &profile, version, changed_at).await?;
        if newer && user.status() == UserStatus::Suspended {
            store::web_session::delete_by_user(conn, profile.user_id).await?;
            store::activity::notify(conn, profile.user_id).await?;
        }
        Ok(())
    }
}

//! `login.user.v1`: stores roles; a tombstone erases the person; a suspended person is signed out. Profiles are not stored.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{
    login::v1::{Role, UserChanged, UserStatus},
    read,
};
use sqlx::PgConnection;

use super::Handlers;
use crate::{domain::web_session::Member, store, usecase::erase_viewer::erase_viewer};

impl Consume<UserChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<UserChanged>) -> Result<(), ConsumeError> {
        let Some(changed) = event.payload else {
            return Ok(erase_viewer(conn, &self.clock, event.tenant_id, read::id("key", &event.key)?).await?);
        };
        let version = read::version(changed.version)?;
        let user = changed.user.ok_or_else(|| ConsumeError::invalid("user is missing"))?;
        let member = Member {
            user_id: read::id("user_id", &user.user_id)?,
            tenant_id: event.tenant_id,
            admin: user.roles().any(|role| role == Role::Admin),
            locale: read::code(&user.locale, ""),
            version,
        };
        store::web_session::lock_person(conn, member.user_id).await?;
        if store::erased_viewer::exists(conn, member.user_id).await? {
            return Ok(());
        }
        if store::member::upsert(conn, &member).await? && user.status() == UserStatus::Suspended {
            store::web_session::delete_by_user(conn, member.user_id).await?;
        }
        Ok(())
    }
}

//! `login.user.v1`: a tombstone erases the person. Other events are ignored: ad stores no profiles.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{login::v1::UserChanged, read};
use sqlx::PgConnection;

use super::Handlers;
use crate::usecase::erase_viewer::erase_viewer;

impl Consume<UserChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<UserChanged>) -> Result<(), ConsumeError> {
        if event.payload.is_none() {
            erase_viewer(conn, &self.clock, event.tenant_id, read::id("key", &event.key)?).await?;
        }
        Ok(())
    }
}

//! `mypage.preferences.v1`: a person's interests and ad consent.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{mypage::v1::PreferencesChanged, read};
use sqlx::PgConnection;

use super::Handlers;
use crate::{convert::known_interests, domain::preferences::Preferences, store};

impl Consume<PreferencesChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<PreferencesChanged>) -> Result<(), ConsumeError> {
        let user_id = read::id("key", &event.key)?;
        let Some(changed) = event.payload else {
            return Ok(store::preferences::delete(conn, user_id).await?);
        };
        let preferences = Preferences {
            user_id,
            tenant_id: event.tenant_id,
            interests: known_interests(&changed.interests),
            ad_consent: changed.ad_consent,
            version: read::version(changed.version)?,
        };
        store::preferences::upsert(conn, &preferences).await?;
        Ok(())
    }
}

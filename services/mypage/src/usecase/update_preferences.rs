//! Stores a person's interests and consent.

use chassis::id::{TenantId, UserId};

use crate::{
    app::App,
    domain::{
        activity::{ActivityId, ActivityKind, NewActivity},
        preferences::{Choice, Preferences},
        source,
    },
    error::Error,
    events, store,
    usecase::record_activity::record_activity,
};

/// Stores and publishes a choice. An unchanged choice is neither stored nor published.
pub async fn update_preferences(
    app: &App,
    (tenant, user): (TenantId, UserId),
    choice: Choice,
) -> Result<Preferences, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin(tenant).await?;
    if !store::person::lock(&mut tx, tenant, user).await? {
        return Err(Error::Erased);
    }
    let current = store::preferences::find(&mut tx, user).await?;
    if !current.changed_by(&choice) {
        return Ok(current);
    }
    let version = store::preferences::replace(&mut tx, tenant, user, &choice, now).await?;
    let preferences = Preferences { choice, version };
    let event_id = events::preferences_changed(&mut tx, &app.clock, (tenant, user), &preferences, now).await?;
    let activity = NewActivity {
        activity_id: ActivityId::from(event_id.as_uuid()),
        source: source::MYPAGE.to_owned(),
        user_id: user,
        kind: ActivityKind::PreferencesChanged,
        subject: String::new(),
        occurred_at: now,
    };
    record_activity(&mut tx, tenant, &activity).await?;
    tx.commit().await?;
    Ok(preferences)
}

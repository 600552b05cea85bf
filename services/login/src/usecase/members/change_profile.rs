//! Changes a person's display name or language.

use chassis::{id::UserId, outbox, text::Locale};
use sqlx::PgConnection;

use crate::{app::App, domain::user::User, error::Error, events, store};

/// The changes; `None` does not change the value.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub display_name: Option<String>,
    pub locale: Option<Locale>,
}

/// Changes a person of the transaction's tenant.
///
/// # Errors
/// `user_not_found`.
pub async fn change_profile(
    app: &App,
    conn: &mut PgConnection,
    user_id: UserId,
    change: Change,
) -> Result<User, Error> {
    let before = store::user::lock(conn, user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
    let after = User {
        display_name: change.display_name.unwrap_or_else(|| before.display_name.clone()),
        locale: change.locale.map_or_else(|| before.locale.clone(), |locale| locale.as_str().to_owned()),
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    let changed = store::user::update(conn, &after, app.clock.now()).await?;
    outbox::publish(conn, &app.clock, &events::user_changed(&changed)).await?;
    Ok(changed)
}

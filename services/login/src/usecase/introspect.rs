//! Whether an access token is good now, by more than its signature and its time.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::auth::{AuthError, Caller, claims::AccessClaims};
use chrono::{DateTime, Utc};

use crate::{app::App, error::Error, store};

/// Who a token speaks for, and until when; nothing when it is not good, or its session has ended.
///
/// # Errors
/// When the store or the keys can't be reached.
pub async fn introspect(app: &App, token: &str) -> Result<Option<(Caller, DateTime<Utc>)>, Error> {
    let caller = match app.verifier.verify(token).await {
        Ok(caller) => caller,
        Err(error @ AuthError::Unavailable(_)) => return Err(Error::Problem(error.into())),
        Err(_) => return Ok(None),
    };
    let Some(expires_at) = expires_at(token) else { return Ok(None) };
    let Caller::Person(person) = &caller else { return Ok(Some((caller, expires_at))) };
    let mut tx = app.db.begin(person.tenant_id).await?;
    let session = store::session::find(&mut tx, person.session_id, app.clock.now()).await?;
    tx.commit().await?;
    Ok(session.map(|_| (caller, expires_at)))
}

/// Read from the token itself, which has been verified before.
fn expires_at(verified: &str) -> Option<DateTime<Utc>> {
    let payload = BASE64_URL_SAFE_NO_PAD.decode(verified.split('.').nth(1)?).ok()?;
    let claims: AccessClaims = serde_json::from_slice(&payload).ok()?;
    DateTime::from_timestamp(claims.exp, 0)
}

//! Renews the secret of a client for an admin.

use chassis::{problem::FieldError, secret};
use chrono::Duration;
use sqlx::PgConnection;

use crate::{app::App, domain::registered_client::RegisteredClient, error::Error, store, usecase::access::Acting};

/// Maximum overlap with the previous secret.
const MAX_OVERLAP: Duration = Duration::days(7);

/// Gives a client of the transaction's tenant a new secret, which is not stored. The previous secret stays valid for
/// `overlap_seconds`, so that the new one can be rolled out. When a valid secret ends at once, the client's own tokens
/// end with it.
///
/// # Errors
/// `client_not_found`; `secret_not_used` for a public client; the field of an overlap above one week.
pub async fn renew_secret(
    app: &App,
    conn: &mut PgConnection,
    by: &Acting,
    client_id: &str,
    overlap_seconds: u32,
) -> Result<(RegisteredClient, String), Error> {
    let overlap = Duration::seconds(i64::from(overlap_seconds));
    if overlap > MAX_OVERLAP {
        return Err(FieldError::new("overlap_seconds", "too_long", "must be at most 604800").into());
    }
    let client = store::client::lock(conn, client_id).await?;
    let mut client = client.ok_or(Error::NotFound("client_not_found"))?;
    let Some(before) = client.secret_hash.take() else { return Err(Error::SecretNotUsed) };
    let secret = secret::random_token();
    client.secret_hash = Some(secret::hash(&secret).to_vec());
    let (now, is_kept) = (app.clock.now(), overlap > Duration::zero());
    let has_other =
        client.previous_secret_hash.is_some() && client.previous_secret_until.is_some_and(|until| now < until);
    if !is_kept || has_other {
        client.secrets_valid_from = Some(now);
    }
    client.previous_secret_hash = is_kept.then_some(before);
    client.previous_secret_until = is_kept.then(|| now + overlap);
    client.previous_secret_session_id = client.secret_session_id.replace(by.session_id).filter(|_| is_kept);
    store::client::update(conn, &client).await?;
    Ok((client, secret))
}

//! Withdraws a person's consent to a client.

use chassis::id::{TenantId, UserId};

use crate::{app::App, error::Error, store};

/// Deletes the consent and revokes the client's refresh tokens for this person. Its access tokens expire within five
/// minutes. A missing consent is not an error.
pub async fn withdraw_consent(app: &App, tenant_id: TenantId, user_id: UserId, client_id: &str) -> Result<(), Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    store::user::lock_shared(&mut tx, user_id).await?;
    store::consent::delete(&mut tx, user_id, client_id).await?;
    store::refresh::revoke_client(&mut tx, client_id, Some(user_id), app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

//! Finds the way back to a client of a person who has opened the link to set a new password.

use chassis::{db::set_tenant, secret};

use crate::{
    app::App,
    error::Error,
    store::{self, directory::TokenKind},
};

/// The authorization request from which the person came; `None` also for an invalid link.
pub async fn find_return_to(app: &App, token: &str) -> Result<Option<String>, Error> {
    let hash = secret::hash(token);
    let mut tx = app.db.begin_unscoped().await?;
    let tenant_id = store::directory::find_token(&mut tx, TokenKind::PasswordReset, &hash).await?;
    let Some(tenant_id) = tenant_id else { return Ok(None) };
    set_tenant(&mut tx, tenant_id).await?;
    let sealed = store::password_reset::find_return_to(&mut tx, &hash, app.clock.now()).await?;
    tx.commit().await?;
    let opened = sealed.and_then(|sealed| app.sealer.open(&sealed).ok());
    Ok(opened.and_then(|plain| String::from_utf8(plain).ok()))
}

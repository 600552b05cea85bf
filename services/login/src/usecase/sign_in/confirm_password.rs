//! Checks the password of a signed-in person before an irreversible action.

use chassis::{
    id::{TenantId, UserId},
    problem::FieldError,
};
use secrecy::SecretString;

use super::attempt::{check, count, record_success};
use crate::{
    app::App,
    domain::{email::Email, password},
    error::Error,
    passwords::Verdict,
    store,
    usecase::request_context::RequestContext,
};

/// Checks the person's password. The attempts count together with sign-ins.
///
/// # Errors
/// The field `password`; [`Error::Throttled`], [`Error::Busy`].
pub async fn confirm_password(
    app: &App,
    tenant_id: TenantId,
    user_id: UserId,
    given: SecretString,
    context: &RequestContext,
) -> Result<(), Error> {
    let wrong = || FieldError::new("password", "wrong_password", "is not the password of this account");
    if !password::is_plausible(&given) {
        return Err(wrong().into());
    }
    let in_line = app.passwords.enqueue()?;
    let mut tx = app.db.begin(tenant_id).await?;
    let user = store::user::find(&mut tx, user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
    let credential = store::credential::find(&mut tx, user_id).await?;
    tx.commit().await?;
    let bucket = context.bucket(app, &Email::stored(&user.email), credential.as_ref());
    let attempt_id = count(app, &bucket).await?;
    let hash = credential.map(|credential| credential.password_hash);
    let Verdict::Right { rehashed } = check(app, in_line, attempt_id, given, hash, true).await? else {
        return Err(wrong().into());
    };
    let mut tx = app.db.begin(tenant_id).await?;
    store::user::lock_shared(&mut tx, user_id).await?;
    record_success(&mut tx, &bucket, user_id, rehashed).await?;
    tx.commit().await?;
    Ok(())
}

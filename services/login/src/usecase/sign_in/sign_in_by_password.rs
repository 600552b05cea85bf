//! Signs a person in by e-mail address and password.
//!
//! The response does not reveal whether an account exists: each attempt is counted, runs the same queries, hashes once
//! and gets the same error.

use chassis::db::set_tenant;
use secrecy::SecretString;
use uuid::Uuid;

use super::attempt::{check, count, database_permit, record_success};
use crate::{
    app::App,
    domain::{credential::Credential, email::Email, password, user::User},
    error::Error,
    passwords::Verdict,
    store,
    usecase::{
        request_context::RequestContext,
        sessions::start_session::{Started, start_session},
    },
};

/// Authenticates a person by password and starts a session.
///
/// # Errors
/// [`Error::BadCredentials`], [`Error::Throttled`], [`Error::Busy`], [`Error::PlanLimitSignIns`].
pub async fn sign_in_by_password(
    app: &App,
    email: &Email,
    password: SecretString,
    context: &RequestContext,
) -> Result<Started, Error> {
    let outcome = attempt(app, email, password, context).await;
    app.metrics.sign_in(&outcome);
    outcome
}

async fn attempt(app: &App, email: &Email, password: SecretString, context: &RequestContext) -> Result<Started, Error> {
    if !password::is_plausible(&password) {
        return Err(Error::BadCredentials);
    }
    let in_line = app.passwords.enqueue()?;
    let (user, credential, bucket, attempt_id) = {
        let _permit = database_permit(app).await;
        let (user, credential) = find(app, email).await?;
        let bucket = context.bucket(app, email, credential.as_ref());
        let attempt_id = count(app, &bucket).await?;
        (user, credential, bucket, attempt_id)
    };
    let chosen_at = credential.as_ref().map(|credential| credential.changed_at);
    let hash = credential.map(|credential| credential.password_hash);
    let verdict = check(app, in_line, attempt_id, password, hash, user.is_some()).await?;
    let (Some(user), Verdict::Right { rehashed }) = (user, verdict) else { return Err(Error::BadCredentials) };
    let _permit = database_permit(app).await;
    let mut tx = app.db.begin(user.tenant_id).await?;
    let started = match start_session(app, &mut tx, &user, context).await {
        Err(error @ Error::PlanLimitSignIns(_)) => {
            drop(tx);
            let mut tx = app.db.begin_unscoped().await?;
            store::attempt::delete(&mut tx, attempt_id).await?;
            tx.commit().await?;
            return Err(error);
        }
        started => started?,
    };
    // Checked after [`start_session`] has acquired its lock: the password may have been changed since it was checked.
    let now_chosen = store::credential::find(&mut tx, user.user_id).await?.map(|credential| credential.changed_at);
    if now_chosen != chosen_at {
        return Err(Error::BadCredentials);
    }
    record_success(&mut tx, &bucket, user.user_id, rehashed).await?;
    tx.commit().await?;
    Ok(started)
}

/// The active person of an address, and their password. An unknown address runs the same queries.
async fn find(app: &App, email: &Email) -> Result<(Option<User>, Option<Credential>), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let whose = store::directory::find_email(&mut tx, &email.hashes()).await?;
    let (tenant_id, user_id) = whose.unwrap_or((Uuid::nil().into(), Uuid::nil().into()));
    set_tenant(&mut tx, tenant_id).await?;
    let tenant = store::tenant::current(&mut tx).await?;
    let user = store::user::find(&mut tx, user_id).await?;
    let credential = store::credential::find(&mut tx, user_id).await?;
    tx.commit().await?;
    let served = tenant.is_some_and(|tenant| tenant.is_active());
    Ok((user.filter(|user| served && user.is_active()), credential))
}

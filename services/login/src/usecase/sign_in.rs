//! A person signs in with address and password.
//!
//! Whoever tries learns nothing about which addresses have accounts: known or not, each try is counted, asks the store
//! the same questions, hashes once and gets the same answer.

use chassis::id::{TenantId, UserId, new_uuid};
use secrecy::SecretString;
use uuid::Uuid;

use super::start_session::{Started, start_session};
use crate::{
    app::App,
    domain::{email::Email, password, throttle},
    error::Error,
    store::{self, user::User},
};

/// Starts a session for whoever has this address and password.
///
/// # Errors
/// [`Error::BadCredentials`], [`Error::Throttled`], [`Error::Busy`].
pub async fn sign_in(app: &App, email: &Email, password: SecretString, device: String) -> Result<Started, Error> {
    let outcome = attempt(app, email, password, device).await;
    app.counters.sign_in(match &outcome {
        Ok(_) => "success",
        Err(Error::BadCredentials) => "bad_credentials",
        Err(Error::Throttled(_)) => "throttled",
        Err(Error::Busy) => "busy",
        Err(Error::PlanLimitSignIns(_)) => "plan_limit",
        Err(_) => "error",
    });
    outcome
}

async fn attempt(app: &App, email: &Email, password: SecretString, device: String) -> Result<Started, Error> {
    if !password::may_be_one(&password) {
        return Err(Error::BadCredentials);
    }
    let (attempt_id, whose) = count(app, email).await?;
    let (user, hash) = find(app, whose).await?;
    let right = match app.passwords.verify(password, hash).await {
        Err(Error::Busy) => {
            let mut tx = app.db.begin_unscoped().await?;
            store::attempt::delete(&mut tx, attempt_id).await?;
            tx.commit().await?;
            return Err(Error::Busy);
        }
        answer => answer?,
    };
    let Some(user) = user.filter(|_| right) else { return Err(Error::BadCredentials) };
    let mut tx = app.db.begin(user.tenant_id).await?;
    store::attempt::forget(&mut tx, &email.hash()).await?;
    let started = start_session(app, &mut tx, &user, device).await?;
    tx.commit().await?;
    Ok(started)
}

/// Counts the try before it is judged, so that tries at the same time count too.
async fn count(app: &App, email: &Email) -> Result<(Uuid, Option<(TenantId, UserId)>), Error> {
    let now = app.clock.now();
    let attempt_id = new_uuid(&app.clock);
    let mut tx = app.db.begin_unscoped().await?;
    store::attempt::lock(&mut tx, &email.hash()).await?;
    let tries = store::attempt::since(&mut tx, &email.hash(), now - throttle::WINDOW).await?;
    if let Some(wait) = throttle::wait(&tries, now) {
        return Err(Error::Throttled(wait));
    }
    store::attempt::insert(&mut tx, attempt_id, &email.hash(), now).await?;
    let whose = store::directory::find_email(&mut tx, &email.hash()).await?;
    tx.commit().await?;
    Ok((attempt_id, whose))
}

/// The person, when they may sign in, and the hash of their password. For nobody, the same questions find nothing.
async fn find(app: &App, whose: Option<(TenantId, UserId)>) -> Result<(Option<User>, Option<String>), Error> {
    let (tenant_id, user_id) = whose.unwrap_or((Uuid::nil().into(), Uuid::nil().into()));
    let mut tx = app.db.begin(tenant_id).await?;
    let tenant = store::tenant::current(&mut tx).await?;
    let user = store::user::find(&mut tx, user_id).await?;
    let hash = store::credential::find(&mut tx, user_id).await?;
    tx.commit().await?;
    let served = tenant.is_some_and(|tenant| tenant.is_active());
    Ok((user.filter(|user| served && user.is_active()), hash))
}

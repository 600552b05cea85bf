//! A person signs in with address and password.
//!
//! Whoever tries learns nothing about which addresses have accounts: known or not, each try is counted, asks the store
//! the same questions, hashes once and gets the same answer.

use std::net::IpAddr;

use chassis::{
    db::set_tenant,
    id::{UserId, new_uuid},
};
use secrecy::SecretString;
use sqlx::PgConnection;
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use super::start_session::{Started, start_session};
use crate::{
    app::App,
    domain::{
        email::Email,
        known_device, password,
        throttle::{self, Refusal},
    },
    error::Error,
    passwords::{InLine, PasswordHashed, Verdict},
    store::{self, attempt::Bucket, credential::Credential, user::User},
};

/// Where a try comes from.
#[derive(Debug, Clone)]
pub struct Place {
    /// The client's address.
    pub address: IpAddr,
    /// What the person uses, in words: "Chrome on Linux".
    pub device: String,
    /// What the device shows, when somebody signed in on it before.
    pub device_cookie: Option<String>,
}

impl Place {
    /// What stands for this device, when that person signed in there with the password that they have: whoever knew the one
    /// before has shown nothing.
    pub(super) fn known_device(&self, app: &App, email: &Email, credential: Option<&Credential>) -> Option<Vec<u8>> {
        let since = credential?.changed_at.max(app.clock.now() - known_device::LIFETIME);
        app.marks.known_device(email, self.device_cookie.as_deref()?, since)
    }

    /// What the device shows from now on.
    pub fn next_device_cookie(&self, app: &App, email: &Email) -> String {
        app.marks.device_cookie(email, self.device_cookie.as_deref(), app.clock.now())
    }

    pub(super) fn bucket(&self, app: &App, email: &Email, credential: Option<&Credential>) -> Bucket {
        let device_mark = self.known_device(app, email, credential);
        let source_mark = device_mark.is_none().then(|| app.marks.source(self.address));
        Bucket { email_hash: email.hash(), device_mark, source_mark }
    }
}

/// Starts a session for whoever has this address and password.
///
/// # Errors
/// [`Error::BadCredentials`], [`Error::Throttled`], [`Error::Busy`], [`Error::PlanLimitSignIns`].
pub async fn sign_in(app: &App, email: &Email, password: SecretString, place: &Place) -> Result<Started, Error> {
    let outcome = attempt(app, email, password, place).await;
    app.counters.sign_in(outcome_of(&outcome));
    outcome
}

/// The name by which an end is counted.
pub(super) fn outcome_of<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Ok(_) => "success",
        Err(Error::BadCredentials | Error::BadPasskey) => "bad_credentials",
        Err(Error::Throttled(_)) => "throttled",
        Err(Error::Busy) => "busy",
        Err(Error::PlanLimitSignIns(_)) => "plan_limit",
        Err(_) => "error",
    }
}

async fn attempt(app: &App, email: &Email, password: SecretString, place: &Place) -> Result<Started, Error> {
    if !password::may_be_one(&password) {
        return Err(Error::BadCredentials);
    }
    let in_line = app.passwords.line_up()?;
    let (user, credential, bucket, attempt_id) = {
        let _turn = at_the_store(app).await;
        let (user, credential) = find(app, email).await?;
        let bucket = place.bucket(app, email, credential.as_ref());
        let attempt_id = count(app, &bucket).await?;
        (user, credential, bucket, attempt_id)
    };
    let chosen_at = credential.as_ref().map(|credential| credential.changed_at);
    let hash = credential.map(|credential| credential.password_hash);
    let verdict = judge(app, in_line, attempt_id, password, hash, user.is_some()).await?;
    let (Some(user), Verdict::Right { rehashed }) = (user, verdict) else { return Err(Error::BadCredentials) };
    let _turn = at_the_store(app).await;
    let mut tx = app.db.begin(user.tenant_id).await?;
    let started = match start_session(app, &mut tx, &user, place).await {
        Err(error @ Error::PlanLimitSignIns(_)) => {
            drop(tx);
            let mut tx = app.db.begin_unscoped().await?;
            store::attempt::delete(&mut tx, attempt_id).await?;
            tx.commit().await?;
            return Err(error);
        }
        started => started?,
    };
    // Behind the lock that the session began with: a password that was chosen anew meanwhile is another.
    let now_chosen = store::credential::find(&mut tx, user.user_id).await?.map(|credential| credential.changed_at);
    if now_chosen != chosen_at {
        return Err(Error::BadCredentials);
    }
    settle(&mut tx, &bucket, user.user_id, rehashed).await?;
    tx.commit().await?;
    Ok(started)
}

/// Judges a try that was counted. One that found the queue full never was; one that was wrong is noted as such.
pub(super) async fn judge(
    app: &App,
    in_line: InLine,
    attempt_id: Uuid,
    password: SecretString,
    hash: Option<String>,
    served: bool,
) -> Result<Verdict, Error> {
    let verdict = app.passwords.check(in_line, password, hash, served).await;
    if served && matches!(verdict, Ok(Verdict::Right { .. })) {
        return verdict;
    }
    let _turn = at_the_store(app).await;
    let mut tx = app.db.begin_unscoped().await?;
    if verdict.is_err() {
        store::attempt::delete(&mut tx, attempt_id).await?;
    } else {
        store::attempt::fail(&mut tx, attempt_id).await?;
    }
    tx.commit().await?;
    verdict
}

/// A turn at the store: sign-ins share half of its connections, so that a storm of them leaves the others to everything else.
async fn at_the_store(app: &App) -> Option<SemaphorePermit<'_>> {
    app.sign_ins.acquire().await.ok()
}

/// What a right password leads to: the person's own tries count no more, and a hash that is out of date is replaced.
pub(super) async fn settle(
    connection: &mut PgConnection,
    bucket: &Bucket,
    user_id: UserId,
    rehashed: Option<(String, PasswordHashed)>,
) -> Result<(), Error> {
    store::attempt::forget_own(connection, bucket).await?;
    if let Some((old, new)) = rehashed {
        store::credential::rehash(connection, user_id, &old, new.as_str()).await?;
    }
    Ok(())
}

/// Counts the try before it is judged, so that tries at the same time count too.
pub(super) async fn count(app: &App, bucket: &Bucket) -> Result<Uuid, Error> {
    let attempt_id = new_uuid(&app.clock);
    let mut tx = app.db.begin_unscoped().await?;
    store::attempt::lock(&mut tx, bucket).await?;
    // Behind the lock: who waited for it is not judged by a moment that has passed.
    let now = app.clock.now();
    let account = store::attempt::for_account(&mut tx, bucket, now - throttle::WINDOW).await?;
    let source = store::attempt::from_source(&mut tx, bucket, now - throttle::WINDOW).await?;
    throttle::admit(&account, &source, now).map_err(|refusal| match refusal {
        Refusal::TooMany(wait) => Error::Throttled(wait),
        Refusal::AtOnce => Error::Busy,
    })?;
    store::attempt::insert(&mut tx, attempt_id, bucket, now).await?;
    tx.commit().await?;
    Ok(attempt_id)
}

/// The person, when they may sign in, and their password. For nobody, the same questions find nothing.
async fn find(app: &App, email: &Email) -> Result<(Option<User>, Option<Credential>), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let whose = store::directory::find_email(&mut tx, &email.hash()).await?;
    let (tenant_id, user_id) = whose.unwrap_or((Uuid::nil().into(), Uuid::nil().into()));
    set_tenant(&mut tx, tenant_id).await?;
    let tenant = store::tenant::current(&mut tx).await?;
    let user = store::user::find(&mut tx, user_id).await?;
    let credential = store::credential::find(&mut tx, user_id).await?;
    tx.commit().await?;
    let served = tenant.is_some_and(|tenant| tenant.is_active());
    Ok((user.filter(|user| served && user.is_active()), credential))
}

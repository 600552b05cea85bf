//! Sign-in attempts: throttling, checking the password, recording the result.

use chassis::id::{UserId, new_uuid};
use secrecy::SecretString;
use sqlx::PgConnection;
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use crate::{
    app::App,
    domain::throttle::{self, Bucket, Refusal},
    error::Error,
    passwords::{InLine, PasswordHashed, Verdict},
    store,
};

/// Counts an attempt before the password is checked, so that concurrent attempts count too.
pub(super) async fn count(app: &App, bucket: &Bucket) -> Result<Uuid, Error> {
    let attempt_id = new_uuid(&app.clock);
    let mut tx = app.db.begin_unscoped().await?;
    store::attempt::lock(&mut tx, bucket).await?;
    // Reads the time after the lock is acquired, because that may have taken time.
    let now = app.clock.now();
    let account = store::attempt::for_account(&mut tx, bucket, now - throttle::WINDOW).await?;
    let network = store::attempt::from_network(&mut tx, bucket, now - throttle::WINDOW).await?;
    throttle::admit(&account, &network, now).map_err(|refusal| match refusal {
        Refusal::TooMany(wait) => Error::Throttled(wait),
        Refusal::AtOnce => Error::Busy,
    })?;
    store::attempt::insert(&mut tx, attempt_id, bucket, now).await?;
    tx.commit().await?;
    Ok(attempt_id)
}

/// Checks the password of a counted attempt. Deletes the attempt when the queue is full, marks it as failed when the
/// password is wrong.
pub(super) async fn check(
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
    let _permit = database_permit(app).await;
    let mut tx = app.db.begin_unscoped().await?;
    if verdict.is_err() {
        store::attempt::delete(&mut tx, attempt_id).await?;
    } else {
        store::attempt::mark_failed(&mut tx, attempt_id).await?;
    }
    tx.commit().await?;
    verdict
}

/// Records a correct password: deletes the person's own attempts, and replaces an outdated hash.
pub(super) async fn record_success(
    conn: &mut PgConnection,
    bucket: &Bucket,
    user_id: UserId,
    rehashed: Option<(String, PasswordHashed)>,
) -> Result<(), Error> {
    store::attempt::delete_own(conn, bucket).await?;
    if let Some((old, new)) = rehashed {
        store::credential::rehash(conn, user_id, &old, new.as_str()).await?;
    }
    Ok(())
}

/// A permit to use the database. Sign-ins may use half of its connections, so that other requests get connections
/// during a storm of sign-ins.
pub(super) async fn database_permit(app: &App) -> Option<SemaphorePermit<'_>> {
    app.sign_ins.acquire().await.ok()
}

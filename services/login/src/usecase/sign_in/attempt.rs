//! Counts and throttles the tries to sign in.

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
        store::attempt::mark_failed(&mut tx, attempt_id).await?;
    }
    tx.commit().await?;
    verdict
}

/// What a right password leads to: the person's own tries count no more, and a hash that is out of date is replaced.
pub(super) async fn settle(
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

/// A turn at the store: sign-ins share half of its connections, so that a storm of them leaves the others to everything else.
pub(super) async fn at_the_store(app: &App) -> Option<SemaphorePermit<'_>> {
    app.sign_ins.acquire().await.ok()
}

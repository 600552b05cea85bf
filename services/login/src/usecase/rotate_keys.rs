//! The next signing keys: made in time by a worker of each replica, or early when an operator asks. Replicas agree by a
//! lock in the store.

use std::time::Duration;

use chassis::lifecycle::every;
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::{
        key_schedule::{KeyState, next_start, states},
        signing_key::SigningKey,
    },
    error::Error,
    store,
};

/// The schedule leaves an hour for this.
const EVERY: Duration = Duration::from_secs(60);

/// A key that will sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextKey {
    /// Its name in tokens.
    pub kid: String,
    /// `ES256` or `RS256`.
    pub algorithm: String,
    /// When it begins to sign; it is published now.
    pub signs_from: DateTime<Utc>,
}

/// Rotates until told to stop, and says how old the keys are that sign.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "rotate keys", || rotate_due_keys(&app)).await;
}

/// Makes the keys whose time has come, deletes those that nobody needs any more, and records the age of those that sign.
///
/// # Errors
/// When the store can't be reached, or the cryptography refuses.
pub async fn rotate_due_keys(app: &App) -> Result<(), Error> {
    rotate(app, false).await?;
    let now = app.clock.now();
    for signing in app.keys.reread().await?.signing() {
        app.metrics.signing_key_age(signing.algorithm, (now - signing.since).as_seconds_f64());
    }
    Ok(())
}

/// Makes the next key of each algorithm now, whatever the age of the one that signs. It signs an hour later, when all who
/// verify have had time to fetch it. Where the next key is there already, that one is named.
///
/// # Errors
/// When the store can't be reached, or the cryptography refuses.
pub async fn rotate_keys(app: &App) -> Result<Vec<NextKey>, Error> {
    rotate(app, true).await
}

async fn rotate(app: &App, early: bool) -> Result<Vec<NextKey>, Error> {
    // There are first keys from here on.
    app.keys.ring().await?;
    let now = app.clock.now();
    let mut next = vec![];
    let mut tx = app.db.begin_unscoped().await?;
    store::key::lock(&mut tx).await?;
    let stored = store::key::all(&mut tx).await?;
    for keys in stored.chunk_by(|one, other| one.algorithm == other.algorithm) {
        let starts: Vec<_> = keys.iter().map(|key| key.signs_from).collect();
        for (key, state) in keys.iter().zip(states(&starts, now)) {
            match state {
                KeyState::Expired => {
                    store::key::delete(&mut tx, &key.kid).await?;
                    tracing::info!(
                        kid = key.kid,
                        algorithm = key.algorithm,
                        "signing key deleted: nothing it signed is in use"
                    );
                }
                KeyState::Pending => next.push(key.clone()),
                KeyState::Signing | KeyState::Retiring | KeyState::Retired => {}
            }
        }
        if let Some(start) = next_start(&starts, now, early) {
            next.push(app.keys.add(&mut tx, &keys[0].algorithm, start).await?);
        }
    }
    tx.commit().await?;
    app.keys.reread().await?;
    let named = |SigningKey { kid, algorithm, signs_from, .. }| NextKey { kid, algorithm, signs_from };
    Ok(next.into_iter().map(named).collect())
}

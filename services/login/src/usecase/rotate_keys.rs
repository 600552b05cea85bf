//! Rotates the signing keys: by a worker of each replica, or early by an operator. A database lock coordinates the
//! replicas.

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
    keys::signs_with,
    store,
};

/// Much shorter than the hour between the publication of a key and its first signature.
const EVERY: Duration = Duration::from_secs(60);

/// A key that does not sign yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextKey {
    pub kid: String,
    /// `ES256` or `RS256`.
    pub algorithm: String,
    pub signs_from: DateTime<Utc>,
}

/// Rotates keys and records their age until `stop` is cancelled.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "rotate keys", || rotate_due_keys(&app)).await;
}

/// Creates the keys that are due, deletes expired keys, and records the age of the current keys.
pub async fn rotate_due_keys(app: &App) -> Result<(), Error> {
    rotate(app, false).await?;
    let now = app.clock.now();
    for signing in app.keys.reread().await?.signing() {
        app.metrics.signing_key_age(signing.algorithm, (now - signing.since).as_seconds_f64());
    }
    Ok(())
}

/// Creates the next key of each algorithm now. It signs one hour later, when all verifiers have fetched it. Returns the
/// existing next key where there is one.
pub async fn rotate_keys(app: &App) -> Result<Vec<NextKey>, Error> {
    rotate(app, true).await
}

async fn rotate(app: &App, early: bool) -> Result<Vec<NextKey>, Error> {
    // Creates the first keys if there are none.
    app.keys.ring().await?;
    let now = app.clock.now();
    let mut next = vec![];
    let mut tx = app.db.begin_unscoped().await?;
    store::key::lock(&mut tx).await?;
    let stored = store::key::all(&mut tx).await?;
    let of_algorithms = stored.chunk_by(|one, other| one.algorithm == other.algorithm);
    for keys in of_algorithms.filter(|keys| signs_with(&keys[0].algorithm)) {
        let starts: Vec<_> = keys.iter().map(|key| key.signs_from).collect();
        for (key, state) in keys.iter().zip(states(&starts, now)) {
            match state {
                KeyState::Expired => {
                    store::key::delete(&mut tx, &key.kid).await?;
                    tracing::info!(kid = key.kid, algorithm = key.algorithm, "expired signing key deleted");
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

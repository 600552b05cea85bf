//! The issuer's signing keys: ES256 for access tokens, RS256 or ES256 for ID tokens.
//!
//! The first process that finds no keys creates them. [`crate::usecase::rotate_keys`] creates the next ones after the
//! schedule in [`crate::domain::key_schedule`]. The private keys are encrypted with `LOGIN_KEY_SECRET` in the database.
//!
//! Each replica caches the keys and rereads them in the background after [`READ_EVERY`]. A caller waits for the
//! database only when nothing is cached. For an unknown key id the keys are reread at once.

mod claims;
mod error;
mod material;
mod ring;

use std::sync::{Arc, PoisonError, RwLock};

use chassis::{auth::KeySource, clock::Clock, db::Db, secret::Sealer};
use chrono::{DateTime, Duration, Utc};
use futures::future::BoxFuture;
use jsonwebtoken::{Algorithm, jwk::JwkSet};
use sqlx::PgConnection;
use tokio::sync::Mutex;

use crate::{domain::signing_key::SigningKey, store};

pub use self::{
    claims::IssuedClaims,
    error::KeyError,
    ring::{Ring, Signing},
};

/// Whether this release signs with the algorithm. A newer one may store keys of others.
pub(crate) fn signs_with(algorithm: &str) -> bool {
    material::ALGORITHMS.iter().any(|known| material::name(*known) == algorithm)
}

/// Maximum age of the cached keys. A new key does not sign for one hour.
pub const READ_EVERY: Duration = Duration::seconds(30);

/// Reads or creates the keys at the first use, so that login can start before its database.
#[derive(Clone)]
pub struct Keys {
    db: Db,
    sealer: Sealer,
    clock: Clock,
    cached: Arc<RwLock<Option<Cached>>>,
    reading: Arc<Mutex<()>>,
}

#[derive(Clone)]
struct Cached {
    stored: Vec<SigningKey>,
    ring: Arc<Ring>,
    read_at: DateTime<Utc>,
}

impl Keys {
    pub fn new(db: Db, sealer: Sealer, clock: Clock) -> Self {
        Self { db, sealer, clock, cached: Arc::default(), reading: Arc::default() }
    }

    /// The cached keys. Keys older than [`READ_EVERY`] are reread in the background.
    ///
    /// # Errors
    /// When nothing is cached and the database is unavailable, or the keys were encrypted with another secret.
    pub async fn ring(&self) -> Result<Arc<Ring>, KeyError> {
        let keys = self.clone();
        let Some(cached) = self.cached() else {
            // In its own task: a caller that gives up, such as a readiness probe, must not cancel the creation.
            let read = tokio::spawn(async move {
                let _one_at_a_time = keys.reading.lock().await;
                match keys.cached() {
                    Some(cached) => Ok(cached.ring),
                    None => keys.refresh_cache().await,
                }
            });
            return read.await.unwrap_or(Err(KeyError::Make));
        };
        let is_old = self.clock.now() - cached.read_at >= READ_EVERY;
        // If another task already reads the keys, this caller uses the cached ones.
        if is_old && let Ok(one_at_a_time) = Arc::clone(&self.reading).try_lock_owned() {
            tokio::spawn(async move {
                let _one_at_a_time = one_at_a_time;
                if let Err(error) = keys.refresh_cache().await {
                    tracing::error!(
                        error = chassis::error::chain(&error),
                        "cannot reread the signing keys: cached keys stay in use"
                    );
                }
            });
        }
        Ok(cached.ring)
    }

    /// Rereads the keys from the database.
    pub async fn reread(&self) -> Result<Arc<Ring>, KeyError> {
        let _one_at_a_time = self.reading.lock().await;
        self.refresh_cache().await
    }

    /// Creates a key of the algorithm (`ES256` or `RS256`) that signs from `signs_from`, in the caller's transaction.
    pub(crate) async fn add(
        &self,
        conn: &mut PgConnection,
        algorithm: &str,
        signs_from: DateTime<Utc>,
    ) -> Result<SigningKey, KeyError> {
        let algorithm = material::algorithm(algorithm);
        let private = material::generate(algorithm).await?;
        let kid = material::public_part(algorithm, &private)?.common.key_id.unwrap_or_default();
        let sealed = self.sealer.seal(&private);
        let key = SigningKey { kid, algorithm: material::name(algorithm).to_owned(), sealed, signs_from };
        store::key::insert(conn, &key, self.clock.now()).await?;
        tracing::info!(kid = key.kid, algorithm = key.algorithm, %signs_from, "signing key created");
        Ok(key)
    }

    fn cached(&self) -> Option<Cached> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn refresh_cache(&self) -> Result<Arc<Ring>, KeyError> {
        let now = self.clock.now();
        let before = self.cached();
        let cached = match (self.read_or_create().await, before) {
            (Ok(stored), Some(before)) if stored == before.stored => Cached { read_at: now, ..before },
            (Ok(stored), _) => {
                let ring = Arc::new(Ring::open(&stored, &self.sealer, self.clock.clone())?);
                Cached { stored, ring, read_at: now }
            }
            (Err(error), Some(before)) => {
                tracing::warn!(
                    error = chassis::error::chain(&error),
                    "cannot reread the signing keys: cached keys stay in use"
                );
                Cached { read_at: now, ..before }
            }
            (Err(error), None) => return Err(error),
        };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(cached.clone());
        Ok(cached.ring)
    }

    async fn read_or_create(&self) -> Result<Vec<SigningKey>, KeyError> {
        let is_missing = |stored: &[SigningKey], algorithm: &Algorithm| {
            !stored.iter().any(|key| key.algorithm == material::name(*algorithm))
        };
        let mut tx = self.db.begin_unscoped().await?;
        let stored = store::key::all(&mut tx).await?;
        if !material::ALGORITHMS.iter().any(|algorithm| is_missing(&stored, algorithm)) {
            tx.commit().await?;
            return Ok(stored);
        }
        store::key::lock(&mut tx).await?;
        let stored = store::key::all(&mut tx).await?;
        for algorithm in material::ALGORITHMS.iter().filter(|algorithm| is_missing(&stored, algorithm)) {
            self.add(&mut tx, material::name(*algorithm), self.clock.now()).await?;
        }
        let stored = store::key::all(&mut tx).await?;
        tx.commit().await?;
        Ok(stored)
    }
}

impl KeySource for Keys {
    fn keys(&self) -> BoxFuture<'_, Result<JwkSet, chassis::Error>> {
        Box::pin(async { Ok(self.reread().await?.public()) })
    }
}

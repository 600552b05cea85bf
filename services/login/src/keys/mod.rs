//! The issuer's keys: ES256 for access tokens, RS256 or ES256 for ID tokens. The first process that finds none makes them;
//! [`crate::usecase::rotate_keys`] makes the next ones, by [`crate::domain::key_schedule`]. Their private parts are sealed
//! with `LOGIN_KEY_SECRET` in the store.
//!
//! Each replica reads them again after [`READ_EVERY`], behind the scenes: who asks gets those it knows, and waits for the
//! store only where it knows none. Asked about a key that it does not know, it reads them at once.

mod material;
mod ring;

use std::sync::{Arc, PoisonError, RwLock};

use chassis::{clock::Clock, db::Db, secret::Sealer};
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::Algorithm;
use sqlx::PgConnection;
use tokio::sync::Mutex;

use crate::store::{self, key::Key};

pub use ring::{Ring, Signing};

/// How old a replica's knowledge of the keys gets before it reads them again. A new key does not sign for an hour.
pub const READ_EVERY: Duration = Duration::seconds(30);

/// Why there are no keys to use.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The store can't be reached.
    #[error("signing keys can't be read")]
    Store(#[from] sqlx::Error),
    /// They were sealed with another secret.
    #[error("signing keys can't be opened: is LOGIN_KEY_SECRET the one they were sealed with?")]
    Sealed(#[from] chassis::secret::OpenError),
    /// The cryptography refused.
    #[error("signing key can't be used")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// The cryptography refused to make a key.
    #[error("signing key can't be made")]
    Make,
}

/// Finds or makes the keys when they are first needed, so that login starts before its store does.
#[derive(Clone)]
pub struct Keys {
    db: Db,
    sealer: Sealer,
    clock: Clock,
    known: Arc<RwLock<Option<Known>>>,
    reading: Arc<Mutex<()>>,
}

#[derive(Clone)]
struct Known {
    stored: Vec<Key>,
    ring: Arc<Ring>,
    read_at: DateTime<Utc>,
}

impl Keys {
    /// Keys that are sealed by `sealer`.
    pub fn new(db: Db, sealer: Sealer, clock: Clock) -> Self {
        Self { db, sealer, clock, known: Arc::default(), reading: Arc::default() }
    }

    /// The keys, as they were known last. When that is [`READ_EVERY`] ago, they are read again meanwhile.
    ///
    /// # Errors
    /// When none are known and the store can't be reached, or they were sealed with another secret.
    pub async fn ring(&self) -> Result<Arc<Ring>, KeyError> {
        let keys = self.clone();
        let Some(known) = self.known() else {
            // In a task of its own: who asks may give up, as a readiness probe does, and the keys would never be made.
            let read = tokio::spawn(async move {
                let _one_at_a_time = keys.reading.lock().await;
                match keys.known() {
                    Some(known) => Ok(known.ring),
                    None => keys.read_or_keep().await,
                }
            });
            return read.await.unwrap_or(Err(KeyError::Make));
        };
        let is_old = self.clock.now() - known.read_at >= READ_EVERY;
        // Who finds it taken is served by whoever reads.
        if is_old && let Ok(one_at_a_time) = Arc::clone(&self.reading).try_lock_owned() {
            tokio::spawn(async move {
                let _one_at_a_time = one_at_a_time;
                if let Err(error) = keys.read_or_keep().await {
                    tracing::error!(error = chassis::error::chain(&error), "signing keys are used as they were known");
                }
            });
        }
        Ok(known.ring)
    }

    /// The keys, as they are in the store now.
    ///
    /// # Errors
    /// As [`Keys::ring`].
    pub async fn reread(&self) -> Result<Arc<Ring>, KeyError> {
        let _one_at_a_time = self.reading.lock().await;
        self.read_or_keep().await
    }

    /// Makes a key of that algorithm (`ES256` or `RS256`) that signs from then on, in the caller's transaction.
    pub(crate) async fn add(
        &self,
        connection: &mut PgConnection,
        algorithm: &str,
        signs_from: DateTime<Utc>,
    ) -> Result<Key, KeyError> {
        let algorithm = material::algorithm(algorithm);
        let private = material::make(algorithm).await?;
        let kid = material::public_part(algorithm, &private)?.common.key_id.unwrap_or_default();
        let sealed = self.sealer.seal(&private);
        let key = Key { kid, algorithm: material::name(algorithm).to_owned(), sealed, signs_from };
        store::key::insert(connection, &key, self.clock.now()).await?;
        tracing::info!(kid = key.kid, algorithm = key.algorithm, %signs_from, "signing key made");
        Ok(key)
    }

    fn known(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn read_or_keep(&self) -> Result<Arc<Ring>, KeyError> {
        let now = self.clock.now();
        let before = self.known();
        let known = match (self.find_or_make().await, before) {
            (Ok(stored), Some(before)) if stored == before.stored => Known { read_at: now, ..before },
            (Ok(stored), _) => {
                let ring = Arc::new(Ring::open(&stored, &self.sealer, self.clock.clone())?);
                Known { stored, ring, read_at: now }
            }
            (Err(error), Some(before)) => {
                tracing::warn!(error = chassis::error::chain(&error), "signing keys are used as they were known");
                Known { read_at: now, ..before }
            }
            (Err(error), None) => return Err(error),
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known.ring)
    }

    async fn find_or_make(&self) -> Result<Vec<Key>, KeyError> {
        let is_missing = |stored: &[Key], algorithm: &Algorithm| {
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

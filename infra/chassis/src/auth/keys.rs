//! Public keys of an issuer (JWK Set, RFC 7517), cached by key id.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures::future::BoxFuture;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet},
};
use tokio::{sync::Mutex, time::Instant};

use super::AuthError;
use crate::{
    client::back_channel,
    config::Issuer,
    error::{Error, chain},
};

/// An unknown key id triggers a fetch at most this often, because anyone can invent key ids.
const REFETCH_INTERVAL: Duration = Duration::from_secs(5);
/// Keys older than this are fetched again in the background.
const REFRESH_AFTER: Duration = Duration::from_secs(300);
/// Keys older than this are fetched again before they are used.
const EXPIRE_AFTER: Duration = Duration::from_secs(600);

/// A source of an issuer's public keys.
pub trait KeySource: Send + Sync + 'static {
    /// Returns the issuer's current JWK Set.
    fn keys(&self) -> BoxFuture<'_, Result<JwkSet, Error>>;
}

/// Reads the keys that the issuer publishes at `/jwks`.
struct RemoteKeys {
    client: reqwest::Client,
    url: String,
}

impl KeySource for RemoteKeys {
    fn keys(&self) -> BoxFuture<'_, Result<JwkSet, Error>> {
        Box::pin(async { Ok(self.client.get(&self.url).send().await?.error_for_status()?.json().await?) })
    }
}

/// The reason why [`KeyRing::find`] returns no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The issuer has no key with this id for this algorithm.
    #[error("signed with an unknown key")]
    Unknown,
    /// The key is not cached and the issuer's keys cannot be fetched.
    #[error("cannot fetch the issuer's keys: {0}")]
    Unavailable(String),
}

impl From<KeyError> for AuthError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unknown => Self::Invalid("signed with an unknown key"),
            KeyError::Unavailable(why) => Self::Unavailable(why),
        }
    }
}

/// A cache of an issuer's public keys by key id. Clones share it.
///
/// - One fetch runs at a time; other callers wait for it.
/// - An unknown key id triggers a fetch, at most one every 5 seconds.
/// - A key that the issuer withdrew is removed after at most 10 minutes.
/// - While the issuer is unavailable, the keys fetched last stay in use.
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    source: Arc<dyn KeySource>,
    cached: RwLock<Arc<Keys>>,
    fetching: Mutex<()>,
}

#[derive(Default)]
struct Keys {
    by_id: HashMap<String, Key>,
    /// The time of the last fetch, successful or not.
    fetched: Option<Instant>,
    failure: Option<String>,
}

#[derive(Clone)]
struct Key {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Keys {
    fn is_older_than(&self, age: Duration) -> bool {
        self.fetched.is_none_or(|fetched| fetched.elapsed() >= age)
    }

    fn get(&self, id: &str, algorithm: Algorithm) -> Option<DecodingKey> {
        self.by_id.get(id).filter(|key| key.algorithm == algorithm).map(|key| key.key.clone())
    }
}

impl KeyRing {
    /// Creates a ring that reads its keys from `source`.
    pub fn new(source: Arc<dyn KeySource>) -> Self {
        Self(Arc::new(Inner { source, cached: RwLock::default(), fetching: Mutex::default() }))
    }

    /// Creates a ring that fetches the issuer's `/jwks` over the back channel.
    pub fn remote(issuer: &Issuer) -> Self {
        let url = issuer.backchannel();
        Self::new(Arc::new(RemoteKeys { client: back_channel(url), url: url.join("/jwks") }))
    }

    /// Returns the key with this id if it can verify signatures of `algorithm` (ES256 or RS256).
    ///
    /// # Errors
    /// [`KeyError::Unknown`] when the issuer has no such key; [`KeyError::Unavailable`] when it cannot be fetched.
    pub async fn find(&self, id: &str, algorithm: Algorithm) -> Result<DecodingKey, KeyError> {
        if self.cached().is_older_than(EXPIRE_AFTER) {
            self.refetch(EXPIRE_AFTER).await;
        }
        let cached = self.cached();
        if let Some(key) = cached.get(id, algorithm) {
            if cached.is_older_than(REFRESH_AFTER) {
                let ring = self.clone();
                tokio::spawn(async move { ring.refetch(REFRESH_AFTER).await });
            }
            return Ok(key);
        }
        self.refetch(REFETCH_INTERVAL).await;
        let cached = self.cached();
        match (cached.get(id, algorithm), &cached.failure) {
            (Some(key), _) => Ok(key),
            (None, Some(failure)) => Err(KeyError::Unavailable(failure.clone())),
            (None, None) => Err(KeyError::Unknown),
        }
    }

    /// Fetches the keys unless the last fetch is younger than `age`.
    async fn refetch(&self, age: Duration) {
        let _one_at_a_time = self.0.fetching.lock().await;
        let cached = self.cached();
        if !cached.is_older_than(age) {
            return;
        }
        let fetched = self.0.source.keys().await;
        let next = match fetched {
            Ok(set) => Keys { by_id: usable(&set), fetched: Some(Instant::now()), failure: None },
            Err(error) => Keys {
                by_id: cached.by_id.clone(),
                fetched: Some(Instant::now()),
                failure: Some(chain(error.as_ref())),
            },
        };
        *self.0.cached.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }

    fn cached(&self) -> Arc<Keys> {
        Arc::clone(&self.0.cached.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Selects the keys with an id and with an algorithm of login.
fn usable(set: &JwkSet) -> HashMap<String, Key> {
    let with_id = |jwk: &Jwk| {
        let key = Key { algorithm: algorithm(jwk)?, key: DecodingKey::from_jwk(jwk).ok()? };
        Some((jwk.common.key_id.clone()?, key))
    };
    set.keys.iter().filter_map(with_id).collect()
}

/// ES256 for a P-256 key, RS256 for an RSA key (RFC 7518, section 3.1).
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(parameters) if parameters.curve == EllipticCurve::P256 => {
            Some(Algorithm::ES256)
        }
        AlgorithmParameters::RSA(_) => Some(Algorithm::RS256),
        _ => None,
    }
}

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures::future::BoxFuture;
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet},
};
use tokio::{sync::Mutex, time::Instant};

use super::AuthError;
use crate::{client::back_channel, config::Issuer};

/// An unknown key id is worth a fetch, but not for everyone who makes one up.
const REFETCH_AT_MOST_EVERY: Duration = Duration::from_secs(5);
/// A key that login withdrew is forgotten within this time.
const REFRESH_EVERY: Duration = Duration::from_secs(300);

/// Where the issuer's public keys come from.
pub trait KeySource: Send + Sync + 'static {
    /// The keys as they are now.
    fn keys(&self) -> BoxFuture<'_, Result<JwkSet, AuthError>>;
}

/// The keys that the issuer serves at `/jwks`.
pub(super) struct HttpKeys {
    client: reqwest::Client,
    url: String,
}

impl HttpKeys {
    pub(super) fn new(issuer: &Issuer) -> Self {
        let url = issuer.backchannel();
        Self { client: back_channel(url), url: url.join("/jwks") }
    }
}

impl KeySource for HttpKeys {
    fn keys(&self) -> BoxFuture<'_, Result<JwkSet, AuthError>> {
        Box::pin(async {
            let response = async { self.client.get(&self.url).send().await?.error_for_status()?.json().await };
            response.await.map_err(|error: reqwest::Error| AuthError::Unavailable(crate::process::chain(&error)))
        })
    }
}

/// The issuer's keys by id, fetched when needed. When the issuer is down, those it served last go on being used.
pub(super) struct KeyRing {
    source: Arc<dyn KeySource>,
    current: RwLock<Arc<Keys>>,
    fetching: Mutex<()>,
}

#[derive(Default)]
struct Keys {
    by_id: HashMap<String, DecodingKey>,
    fetched: Option<Instant>,
    failure: Option<AuthError>,
}

impl Keys {
    fn is_older_than(&self, age: Duration) -> bool {
        self.fetched.is_none_or(|fetched| fetched.elapsed() >= age)
    }

    fn get(&self, id: &str) -> Option<DecodingKey> {
        self.by_id.get(id).cloned()
    }
}

impl KeyRing {
    pub(super) fn new(source: Arc<dyn KeySource>) -> Self {
        Self { source, current: RwLock::default(), fetching: Mutex::default() }
    }

    /// The key with this id.
    pub(super) async fn find(self: &Arc<Self>, id: &str) -> Result<DecodingKey, AuthError> {
        let current = self.current();
        if let Some(key) = current.get(id) {
            if current.is_older_than(REFRESH_EVERY) {
                let ring = Arc::clone(self);
                tokio::spawn(async move { ring.refetch(REFRESH_EVERY).await });
            }
            return Ok(key);
        }
        self.refetch(REFETCH_AT_MOST_EVERY).await;
        let current = self.current();
        match (current.get(id), &current.failure) {
            (Some(key), _) => Ok(key),
            (None, Some(failure)) => Err(failure.clone()),
            (None, None) => Err(AuthError::Invalid("signed with an unknown key")),
        }
    }

    /// Fetches the keys unless someone else just did.
    async fn refetch(&self, at_most_every: Duration) {
        let _one_at_a_time = self.fetching.lock().await;
        let current = self.current();
        if !current.is_older_than(at_most_every) {
            return;
        }
        let next = match self.source.keys().await {
            Ok(set) => Keys { by_id: usable(&set), fetched: Some(Instant::now()), failure: None },
            Err(error) => Keys { by_id: current.by_id.clone(), fetched: Some(Instant::now()), failure: Some(error) },
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }

    fn current(&self) -> Arc<Keys> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keys that an access token can be signed with; the set also has those of ID tokens.
fn usable(set: &JwkSet) -> HashMap<String, DecodingKey> {
    let is_p256 = |key: &&Jwk| matches!(&key.algorithm, AlgorithmParameters::EllipticCurve(parameters) if parameters.curve == EllipticCurve::P256);
    let with_id = |key: &Jwk| Some((key.common.key_id.clone()?, DecodingKey::from_jwk(key).ok()?));
    set.keys.iter().filter(is_p256).filter_map(with_id).collect()
}

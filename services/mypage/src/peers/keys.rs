//! login's public keys, for ID tokens.

use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use tokio::{sync::Mutex, time::Instant};

/// A key that login withdrew is forgotten within this time.
const KEPT: Duration = Duration::from_secs(300);

/// The keys, fetched when an ID token names one that is not here yet.
pub struct Keys {
    url: String,
    fetched: Mutex<Option<(Instant, JwkSet)>>,
}

impl Keys {
    /// The keys served at that address.
    pub fn new(url: String) -> Self {
        Self { url, fetched: Mutex::default() }
    }

    /// A set of keys that has this one, if login has it.
    pub async fn with(&self, key_id: &str, http: &reqwest::Client) -> Result<JwkSet, reqwest::Error> {
        let mut fetched = self.fetched.lock().await;
        if let Some((at, keys)) = &*fetched
            && at.elapsed() < KEPT
            && keys.find(key_id).is_some()
        {
            return Ok(keys.clone());
        }
        let keys: JwkSet = http.get(&self.url).send().await?.error_for_status()?.json().await?;
        *fetched = Some((Instant::now(), keys.clone()));
        Ok(keys)
    }
}

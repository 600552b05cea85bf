//! The relying party of WebAuthn: what passkeys are made for and checked against, and the ceremonies under way.

use std::sync::Arc;

use chassis::{
    config::PublicUrl,
    db::Db,
    id::SessionId,
    secret::{self, Sealer},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use url::{Host, Url};
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{DiscoverableAuthentication, PasskeyRegistration},
};

use crate::{domain::passkey::CEREMONY, error::Error, store};

/// A ceremony between its challenge and the answer.
#[derive(Serialize, Deserialize)]
pub enum Ceremony {
    /// Somebody who is signed in adds a passkey.
    Add {
        /// In this session only.
        session_id: SessionId,
        /// What the answer is checked against.
        state: PasskeyRegistration,
    },
    /// Somebody signs in.
    SignIn {
        /// What the answer is checked against.
        state: DiscoverableAuthentication,
    },
}

/// The relying party. Clones share it.
#[derive(Clone)]
pub struct Passkeys {
    /// Makes challenges, checks answers.
    pub webauthn: Arc<Webauthn>,
    sealer: Sealer,
}

impl Passkeys {
    /// For the issuer's host; none when that is an IP address, which no passkey can be made for.
    pub fn new(issuer: &PublicUrl, sealer: &Sealer) -> Option<Self> {
        let url = Url::parse(issuer.as_str()).ok()?;
        let Some(Host::Domain(host)) = url.host() else { return None };
        let webauthn = WebauthnBuilder::new(host, &url).and_then(|builder| builder.rp_name("login").build());
        Some(Self { webauthn: Arc::new(webauthn.ok()?), sealer: sealer.clone() })
    }

    /// Keeps a ceremony for a few minutes. Gives the token that the answer comes with.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub async fn store_ceremony(
        &self,
        conn: &mut PgConnection,
        ceremony: &Ceremony,
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let token = secret::random_token();
        let state = serde_json::to_vec(ceremony).expect("plain values");
        store::ceremony::insert(conn, &secret::hash(&token), &self.sealer.seal(&state), now + CEREMONY).await?;
        Ok(token)
    }

    /// The ceremony of that token, once: in a transaction of its own, so that one that is answered wrong is gone too.
    ///
    /// # Errors
    /// [`Error::BadPasskey`] when there is none, or its time is over.
    pub async fn take_ceremony(&self, db: &Db, token: &str, now: DateTime<Utc>) -> Result<Ceremony, Error> {
        let mut tx = db.begin_unscoped().await?;
        let sealed = store::ceremony::take(&mut tx, &secret::hash(token), now).await?.ok_or(Error::BadPasskey)?;
        tx.commit().await?;
        let state = self.sealer.open(&sealed).map_err(|_| Error::BadPasskey)?;
        serde_json::from_slice(&state).map_err(|_| Error::BadPasskey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name() {
        let sealer = Sealer::new(&[1; 32].into());
        let can = |issuer: &str| Passkeys::new(&issuer.parse().expect("an address"), &sealer).is_some();
        assert!(can("http://localhost:8180") && can("https://login.acme.example"));
        assert!(!can("http://127.0.0.1:8180") && !can("http://[::1]:8180"));
    }
}

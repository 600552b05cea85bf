//! The WebAuthn relying party, and its pending ceremonies.

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

use crate::{domain::passkey::CEREMONY_LIFETIME, error::Error, store};

/// A ceremony between the challenge and the browser's answer.
#[derive(Serialize, Deserialize)]
pub enum Ceremony {
    /// A signed-in person adds a passkey.
    Add {
        /// Only this session may answer.
        session_id: SessionId,
        state: PasskeyRegistration,
    },
    SignIn {
        state: DiscoverableAuthentication,
    },
}

/// The relying party. Clones share it.
#[derive(Clone)]
pub struct Passkeys {
    pub webauthn: Arc<Webauthn>,
    sealer: Sealer,
}

impl Passkeys {
    /// Builds the relying party for the issuer's host. Returns `None` for an IP address, because WebAuthn needs a
    /// domain.
    pub fn new(issuer: &PublicUrl, sealer: &Sealer) -> Option<Self> {
        let url = Url::parse(issuer.as_str()).ok()?;
        let Some(Host::Domain(host)) = url.host() else { return None };
        let webauthn = WebauthnBuilder::new(host, &url).and_then(|builder| builder.rp_name("login").build());
        Some(Self { webauthn: Arc::new(webauthn.ok()?), sealer: sealer.clone() })
    }

    /// Stores an encrypted ceremony for a few minutes. Returns the token that the answer must contain.
    pub async fn store_ceremony(
        &self,
        conn: &mut PgConnection,
        ceremony: &Ceremony,
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let token = secret::random_token();
        let state = serde_json::to_vec(ceremony).expect("plain values");
        store::ceremony::insert(conn, &secret::hash(&token), &self.sealer.seal(&state), now + CEREMONY_LIFETIME)
            .await?;
        Ok(token)
    }

    /// Takes the ceremony of a token. A separate transaction deletes it, even when the answer is wrong.
    ///
    /// # Errors
    /// [`Error::BadPasskey`] when it does not exist or has expired.
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
    fn passkeys_need_a_domain() {
        let sealer = Sealer::new(&[1; 32].into());
        let can = |issuer: &str| Passkeys::new(&issuer.parse().expect("an address"), &sealer).is_some();
        assert!(can("http://localhost:8180") && can("https://login.acme.example"));
        assert!(!can("http://127.0.0.1:8180") && !can("http://[::1]:8180"));
    }
}

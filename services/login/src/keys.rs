//! The issuer's keys: ES256 for access tokens, RS256 for ID tokens. The first process that finds none makes them; their
//! private parts are sealed with `LOGIN_KEY_SECRET` in the store.

use std::sync::Arc;

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chassis::{clock::Clock, db::Db, secret::Sealer};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse, ThumbprintHash},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::OnceCell;

use crate::store::{self, key::Key};

/// Why there are no keys to use.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The store can't be reached.
    #[error("signing keys can't be read")]
    Store(#[from] sqlx::Error),
    /// They were sealed with another secret.
    #[error("signing keys can't be opened: is LOGIN_KEY_SECRET the one they were sealed with?")]
    Sealed(#[from] chassis::secret::Unsealable),
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
    ring: Arc<OnceCell<Ring>>,
}

/// The keys, ready for use.
pub struct Ring {
    access: SigningKey,
    id: SigningKey,
    public: JwkSet,
}

struct SigningKey {
    header: Header,
    key: EncodingKey,
}

impl Keys {
    /// Keys that are sealed by `sealer`.
    pub fn new(db: Db, sealer: Sealer, clock: Clock) -> Self {
        Self { db, sealer, clock, ring: Arc::default() }
    }

    /// The keys.
    ///
    /// # Errors
    /// When the store can't be reached, or they were sealed with another secret.
    pub async fn ring(&self) -> Result<&Ring, KeyError> {
        self.ring.get_or_try_init(|| self.find_or_make()).await
    }

    async fn find_or_make(&self) -> Result<Ring, KeyError> {
        let mut tx = self.db.begin_unscoped().await?;
        store::key::lock(&mut tx).await?;
        let mut stored = store::key::all(&mut tx).await?;
        for algorithm in [Algorithm::ES256, Algorithm::RS256] {
            if !stored.iter().any(|key| key.algorithm == name(algorithm)) {
                let private = make(algorithm).await?;
                let kid = public_part(algorithm, &private)?.common.key_id.unwrap_or_default();
                let key = Key { kid, algorithm: name(algorithm).to_owned(), sealed: self.sealer.seal(&private) };
                store::key::insert(&mut tx, &key, self.clock.now()).await?;
                tracing::info!(kid = key.kid, algorithm = key.algorithm, "signing key made");
                stored.push(key);
            }
        }
        tx.commit().await?;
        // The same order for who made them and who finds them; of a kind, the newest stays first.
        stored.sort_by(|one, other| one.algorithm.cmp(&other.algorithm));
        let opened = stored.iter().map(|key| Ok((algorithm(&key.algorithm), self.sealer.open(&key.sealed)?)));
        Ring::new(&opened.collect::<Result<Vec<_>, KeyError>>()?)
    }
}

impl Ring {
    /// `keys` are newest first: the newest of each kind signs, all verify.
    fn new(keys: &[(Algorithm, Vec<u8>)]) -> Result<Self, KeyError> {
        let newest = |algorithm| {
            let private =
                keys.iter().find(|(each, _)| *each == algorithm).map(|(_, private)| private).ok_or(KeyError::Make)?;
            let kid = public_part(algorithm, private)?.common.key_id;
            Ok::<_, KeyError>(SigningKey {
                header: Header { kid, ..Header::new(algorithm) },
                key: encoding_key(algorithm, private)?,
            })
        };
        let mut access = newest(Algorithm::ES256)?;
        access.header.typ = Some(chassis::auth::claims::TYPE.to_owned());
        let public = keys.iter().map(|(algorithm, private)| public_part(*algorithm, private));
        Ok(Self { access, id: newest(Algorithm::RS256)?, public: JwkSet { keys: public.collect::<Result<_, _>>()? } })
    }

    /// The public parts, for `/jwks`.
    pub fn public(&self) -> &JwkSet {
        &self.public
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// When the cryptography refuses.
    pub fn sign_access_token(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        Ok(jsonwebtoken::encode(&self.access.header, claims, &self.access.key)?)
    }

    /// Signs an ID token.
    ///
    /// # Errors
    /// When the cryptography refuses.
    pub fn sign_id_token(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        Ok(jsonwebtoken::encode(&self.id.header, claims, &self.id.key)?)
    }

    /// The claims of an ID token of ours, however old: as a hint it need not be good any more.
    pub fn read_id_token_hint<T: DeserializeOwned>(&self, token: &str, issuer: &str) -> Option<T> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = DecodingKey::from_jwk(self.public.find(&kid)?).ok()?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss", "sub", "aud"]);
        validation.set_issuer(&[issuer]);
        jsonwebtoken::decode(token, &key, &validation).ok().map(|token| token.claims)
    }
}

fn name(algorithm: Algorithm) -> &'static str {
    if algorithm == Algorithm::ES256 { "ES256" } else { "RS256" }
}

fn algorithm(name: &str) -> Algorithm {
    if name == "ES256" { Algorithm::ES256 } else { Algorithm::RS256 }
}

/// A new private key as PKCS #8. RSA takes long enough to be kept off the runtime's threads.
async fn make(algorithm: Algorithm) -> Result<Vec<u8>, KeyError> {
    let make = move || match algorithm {
        Algorithm::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map(|key| key.as_ref().to_vec()),
        _ => KeyPair::generate(KeySize::Rsa2048).and_then(|key| key.as_der()).map(|key| key.as_ref().to_vec()),
    };
    tokio::task::spawn_blocking(make).await.ok().and_then(Result::ok).ok_or(KeyError::Make)
}

fn encoding_key(algorithm: Algorithm, private: &[u8]) -> Result<EncodingKey, KeyError> {
    if algorithm == Algorithm::ES256 {
        return Ok(EncodingKey::from_ec_der(private));
    }
    // As DER it would have to be PKCS #1; as PEM, PKCS #8 is taken apart for us.
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(private));
    Ok(EncodingKey::from_rsa_pem(pem.as_bytes())?)
}

/// The public part, named by its thumbprint (RFC 7638).
fn public_part(algorithm: Algorithm, private: &[u8]) -> Result<Jwk, KeyError> {
    let mut jwk = Jwk::from_encoding_key(&encoding_key(algorithm, private)?, algorithm)?;
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_algorithm =
        Some(if algorithm == Algorithm::ES256 { KeyAlgorithm::ES256 } else { KeyAlgorithm::RS256 });
    Ok(jwk)
}

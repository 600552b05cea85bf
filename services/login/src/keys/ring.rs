//! The key ring: the decrypted keys. The current time selects the key that signs.

use chassis::{clock::Clock, secret::Sealer};
use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    jwk::{Jwk, JwkSet},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    claims::IssuedClaims,
    error::KeyError,
    material::{ALGORITHMS, algorithm, encoding_key, name, public_part},
};
use crate::domain::{
    client::IdTokenAlg,
    key_schedule::{KeyState, states},
    signing_key::SigningKey,
};

pub struct Ring {
    clock: Clock,
    kinds: [AlgorithmKeys; 2],
}

/// The keys of one algorithm, in the order in which they sign.
struct AlgorithmKeys {
    algorithm: Algorithm,
    starts: Vec<DateTime<Utc>>,
    keys: Vec<LoadedKey>,
}

struct LoadedKey {
    private: EncodingKey,
    public: Jwk,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// `ES256` or `RS256`.
    pub algorithm: &'static str,
    pub since: DateTime<Utc>,
}

impl Ring {
    /// Decrypts the stored keys.
    pub(super) fn open(stored: &[SigningKey], sealer: &Sealer, clock: Clock) -> Result<Self, KeyError> {
        let pair = |key: &SigningKey| {
            let (algorithm, private) = (algorithm(&key.algorithm), sealer.open(&key.sealed)?);
            Ok(LoadedKey { private: encoding_key(algorithm, &private)?, public: public_part(algorithm, &private)? })
        };
        let kind = |algorithm| {
            let of_kind = || stored.iter().filter(move |key| key.algorithm == name(algorithm));
            let keys = of_kind().map(pair).collect::<Result<_, KeyError>>()?;
            Ok::<_, KeyError>(AlgorithmKeys { algorithm, starts: of_kind().map(|key| key.signs_from).collect(), keys })
        };
        Ok(Self { clock, kinds: [kind(ALGORITHMS[0])?, kind(ALGORITHMS[1])?] })
    }

    /// Returns the public keys for `/jwks`: current keys, next keys, and previous keys while their tokens can still be
    /// valid.
    pub fn public(&self) -> JwkSet {
        let now = self.clock.now();
        let of_kind = |kind: &AlgorithmKeys| {
            let published = kind.keys.iter().zip(states(&kind.starts, now)).filter(|(_, state)| state.is_published());
            published.map(|(key, _)| key.public.clone()).collect::<Vec<_>>()
        };
        JwkSet { keys: self.kinds.iter().flat_map(of_kind).collect() }
    }

    /// The keys that sign now.
    pub fn signing(&self) -> Vec<Signing> {
        let now = self.clock.now();
        let of_kind = |kind: &AlgorithmKeys| {
            let since = kind.starts[kind.signing(now)?];
            Some(Signing { algorithm: name(kind.algorithm), since })
        };
        self.kinds.iter().filter_map(of_kind).collect()
    }

    /// Signs an access token, always with ES256.
    pub fn sign_access_token(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign(Algorithm::ES256, chassis::auth::claims::TYPE, claims)
    }

    pub fn sign_id_token(&self, alg: IdTokenAlg, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign(algorithm(alg.as_str()), ID_TOKEN, claims)
    }

    fn sign(&self, algorithm: Algorithm, kind: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let keys = self.kinds.iter().find(|kind| kind.algorithm == algorithm).ok_or(KeyError::Make)?;
        let key = &keys.keys[keys.signing(self.clock.now()).ok_or(KeyError::Make)?];
        let header =
            Header { typ: Some(kind.to_owned()), kid: key.public.common.key_id.clone(), ..Header::new(algorithm) };
        Ok(jsonwebtoken::encode(&header, claims, &key.private)?)
    }

    /// Returns the claims of an ID token of this issuer. Accepts expired tokens, because they are used as hints.
    pub fn read_id_token_hint<T: DeserializeOwned>(&self, token: &str, issuer: &str) -> Option<T> {
        self.read(token, ID_TOKEN, issuer, |_| true)
    }

    /// Returns the claims of an unexpired access token of this issuer, for any audience.
    pub fn read_access_token(&self, token: &str, issuer: &str) -> Option<IssuedClaims> {
        let claims: IssuedClaims = self.read(token, chassis::auth::claims::TYPE, issuer, KeyState::is_published)?;
        (claims.access.exp > self.clock.now().timestamp()).then_some(claims)
    }

    fn read<T: DeserializeOwned>(
        &self,
        token: &str,
        kind: &str,
        issuer: &str,
        is_fit: impl Fn(KeyState) -> bool,
    ) -> Option<T> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if !header.typ?.eq_ignore_ascii_case(kind) || header.crit.is_some() {
            return None;
        }
        let (kid, now) = (header.kid?, self.clock.now());
        let keys = self.kinds.iter().find(|kind| kind.algorithm == header.alg)?;
        let of_kid = keys.keys.iter().zip(states(&keys.starts, now));
        let (key, _) = of_kid
            .into_iter()
            .find(|(key, state)| key.public.common.key_id.as_ref() == Some(&kid) && is_fit(*state))?;
        let mut validation = Validation::new(keys.algorithm);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss", "sub", "aud"]);
        validation.set_issuer(&[issuer]);
        let key = DecodingKey::from_jwk(&key.public).ok()?;
        jsonwebtoken::decode(token, &key, &validation).ok().map(|token| token.claims)
    }
}

impl AlgorithmKeys {
    /// Index of the key that signs.
    fn signing(&self, now: DateTime<Utc>) -> Option<usize> {
        states(&self.starts, now).iter().position(|state| *state == KeyState::Signing)
    }
}

/// `typ` in the header of an ID token.
const ID_TOKEN: &str = "JWT";

//! Key material: generation, private key for signing, public key for `/jwks`.

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{
    Algorithm, EncodingKey,
    jwk::{Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash},
};

use super::error::KeyError;

pub(super) const ALGORITHMS: [Algorithm; 2] = [Algorithm::ES256, Algorithm::RS256];

/// The name in the database and in tokens.
pub(super) fn name(algorithm: Algorithm) -> &'static str {
    if algorithm == Algorithm::ES256 { "ES256" } else { "RS256" }
}

pub(super) fn algorithm(name: &str) -> Algorithm {
    if name == "ES256" { Algorithm::ES256 } else { Algorithm::RS256 }
}

/// Generates a private key as PKCS #8. RSA is too slow for the runtime's threads.
pub(super) async fn generate(algorithm: Algorithm) -> Result<Vec<u8>, KeyError> {
    let generate = move || match algorithm {
        Algorithm::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map(|key| key.as_ref().to_vec()),
        _ => KeyPair::generate(KeySize::Rsa2048).and_then(|key| key.as_der()).map(|key| key.as_ref().to_vec()),
    };
    tokio::task::spawn_blocking(generate).await.ok().and_then(Result::ok).ok_or(KeyError::Make)
}

pub(super) fn encoding_key(algorithm: Algorithm, private: &[u8]) -> Result<EncodingKey, KeyError> {
    if algorithm == Algorithm::ES256 {
        return Ok(EncodingKey::from_ec_der(private));
    }
    // The DER form would have to be PKCS #1; the PEM form accepts PKCS #8.
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(private));
    Ok(EncodingKey::from_rsa_pem(pem.as_bytes())?)
}

/// The public key, named by its thumbprint (RFC 7638).
pub(super) fn public_part(algorithm: Algorithm, private: &[u8]) -> Result<Jwk, KeyError> {
    let mut jwk = Jwk::from_encoding_key(&encoding_key(algorithm, private)?, algorithm)?;
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_algorithm =
        Some(if algorithm == Algorithm::ES256 { KeyAlgorithm::ES256 } else { KeyAlgorithm::RS256 });
    Ok(jwk)
}

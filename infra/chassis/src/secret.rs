//! Secrets: random tokens, their hashes, and encryption.
//!
//! To issue a token: 1. send [`random_token`] to its holder; 2. store only its [`hash`]; 3. look a token up by its hash.
//! To store or send data that only this product can read and create: encrypt it with a [`Sealer`].

use aws_lc_rs::{aead, digest, rand};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::config::SecretKey;

/// Creates a token of 256 random bits as base64url. It cannot be guessed, so a fast hash of it is safe to store.
pub fn random_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random::<32>())
}

/// SHA-256 of `text`, to find a token without storing it.
pub fn hash(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}

/// Compares two secrets in constant time: the duration does not reveal where they differ.
pub fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

/// `N` bytes from the operating system's random generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system provides random bytes");
    bytes
}

/// Encrypts and decrypts with AES-256-GCM and one key. Clones share the key.
#[derive(Clone)]
pub struct Sealer(std::sync::Arc<aead::RandomizedNonceKey>);

/// [`Sealer::open`] failed: the bytes were changed or sealed with another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot decrypt: sealed with another key, or damaged")]
pub struct OpenError;

impl Sealer {
    /// Creates a sealer with this key.
    pub fn new(key: &SecretKey) -> Self {
        let key = aead::RandomizedNonceKey::new(&aead::AES_256_GCM, key.bytes()).expect("AES-256 keys have 32 bytes");
        Self(std::sync::Arc::new(key))
    }

    /// Encrypts `plain`. The result starts with a random nonce.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let mut text = plain.to_vec();
        let nonce = self.0.seal_in_place_append_tag(aead::Aad::empty(), &mut text).expect("shorter than 64 GiB");
        [nonce.as_ref().as_slice(), &text].concat()
    }

    /// Decrypts the result of [`Sealer::seal`].
    ///
    /// # Errors
    /// When `sealed` was changed or sealed with another key.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (nonce, text) = sealed.split_at_checked(aead::NONCE_LEN).ok_or(OpenError)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError)?;
        let mut text = text.to_vec();
        let plain = self.0.open_in_place(nonce, aead::Aad::empty(), &mut text).map_err(|_| OpenError)?;
        Ok(plain.to_vec())
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Sealer(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SecretKey {
        SecretKey::from([byte; 32])
    }

    #[test]
    fn tokens_differ_and_are_found_by_hash() {
        let token = random_token();
        assert_eq!(token.len(), 43);
        assert_ne!(token, random_token());
        assert_eq!(hash(&token), hash(&token.clone()));
    }

    #[test]
    fn sealed_bytes_open_unchanged_or_fail() {
        let sealer = Sealer::new(&key(1));
        let sealed = sealer.seal(b"refresh token");
        assert_ne!(sealed, sealer.seal(b"refresh token"), "each result has its own nonce");
        assert_eq!(sealer.open(&sealed).as_deref(), Ok(b"refresh token".as_slice()));
        assert_eq!(Sealer::new(&key(2)).open(&sealed), Err(OpenError));
        for changed in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[changed] ^= 1;
            assert_eq!(sealer.open(&damaged), Err(OpenError), "byte {changed}");
        }
        assert_eq!(sealer.open(b"short"), Err(OpenError));
    }
}

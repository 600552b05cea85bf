//! Keyed hashes that only this issuer can compute. They replace network addresses in the database, and prove that a
//! device is known.

use std::net::IpAddr;

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{config::SecretKey, secret};
use chrono::{DateTime, Utc};

use crate::domain::{email::Email, network};

/// Maximum number of people whose sign-in a device cookie proves: those who signed in last.
const MAX_PEOPLE: usize = 5;

/// Bytes of a timestamp and a tag.
const PROOF_LENGTH: usize = size_of::<i64>() + 32;

/// Computes and checks the hashes. Clones share the key.
#[derive(Clone)]
pub struct KeyedHashes(hmac::Key);

impl KeyedHashes {
    /// Derives its own key from the issuer's secret, so that no key has two purposes.
    pub fn new(secret: &SecretKey) -> Self {
        let issuer = hmac::Key::new(hmac::HMAC_SHA256, secret.bytes());
        let own = hmac::sign(&issuer, b"login: marks of sources and devices");
        Self(hmac::Key::new(hmac::HMAC_SHA256, own.as_ref()))
    }

    /// Hashes the network of an address. Without the key, an attacker cannot find the address by hashing all addresses.
    pub fn network(&self, address: IpAddr) -> Vec<u8> {
        self.sign("source", &[&network::prefix(address)]).as_ref().to_vec()
    }

    /// Returns the next cookie of a device. It proves the sign-ins of this person and of the last people before.
    pub fn device_cookie(&self, email: &Email, before: Option<&str>, now: DateTime<Utc>) -> String {
        let (id, mut proofs) = before.and_then(parts).unwrap_or_else(|| (secret::random(), vec![]));
        proofs.retain(|proof| !self.is_proof(email, &id, proof));
        let at = now.timestamp_micros().to_be_bytes();
        let proof = [&at, self.device(&email.hash(), &id, &at).as_ref()].concat();
        let parts = [id.as_slice(), &proof].into_iter().chain(proofs.iter().map(Vec::as_slice)).take(1 + MAX_PEOPLE);
        parts.map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).collect::<Vec<_>>().join(".")
    }

    /// The keyed hash of the device, if the cookie proves a sign-in of this person not before `since`.
    pub fn known_device(&self, email: &Email, cookie: &str, since: DateTime<Utc>) -> Option<Vec<u8>> {
        let (id, proofs) = parts(cookie)?;
        let proof = proofs.iter().find(|proof| self.is_proof(email, &id, proof))?;
        let at = i64::from_be_bytes(*proof.first_chunk()?);
        (at >= since.timestamp_micros()).then(|| self.sign("device id", &[&id]).as_ref().to_vec())
    }

    fn is_proof(&self, email: &Email, id: &[u8], proof: &[u8]) -> bool {
        let (at, tag) = proof.split_at(size_of::<i64>());
        let is_of = |hash: &Vec<u8>| secret::constant_time_eq(self.device(hash, id, at).as_ref(), tag);
        // Earlier releases hashed the address as it was typed.
        email.hashes().iter().any(is_of)
    }

    fn device(&self, email_hash: &[u8], id: &[u8], at: &[u8]) -> hmac::Tag {
        self.sign("device", &[email_hash, id, at])
    }

    fn sign(&self, purpose: &str, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [purpose.as_bytes()].iter().chain(parts) {
            // The length of each part makes lists of parts unambiguous.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign()
    }
}

/// Splits a cookie into the device id and the proofs, latest first. A proof is a timestamp and a tag. Returns `None`
/// for an invalid form.
fn parts(cookie: &str) -> Option<([u8; 16], Vec<Vec<u8>>)> {
    let mut parts = cookie.split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    let id = parts.next()??.try_into().ok()?;
    let proof = |part: Option<Vec<u8>>| part.filter(|part| part.len() == PROOF_LENGTH);
    Some((id, parts.take(MAX_PEOPLE).map(proof).collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse("email", text).expect("an address")
    }

    const THEN: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn a_device_is_known_for_the_person_who_signed_in_on_it() {
        let hashes = KeyedHashes::new(&[1; 32].into());
        let (mina, joon) = (email("mina@hangang.example"), email("joon@hangang.example"));
        let cookie = hashes.device_cookie(&mina, None, THEN);
        assert!(hashes.known_device(&mina, &cookie, THEN).is_some());
        let another = hashes.device_cookie(&mina, None, THEN);
        assert_ne!(hashes.known_device(&mina, &cookie, THEN), hashes.known_device(&mina, &another, THEN));
        assert_eq!(hashes.known_device(&mina, &cookie, THEN + chrono::Duration::microseconds(1)), None);
        assert_eq!(hashes.known_device(&joon, &cookie, THEN), None);
        assert_eq!(KeyedHashes::new(&[2; 32].into()).known_device(&mina, &cookie, THEN), None);
        let padded = format!("{cookie}AAAA");
        for made_up in ["", ".", "AAAA.AAAA", &cookie[1..], &cookie[..cookie.len() - 1], &padded] {
            assert_eq!(hashes.known_device(&mina, made_up, THEN), None, "{made_up}");
            assert!(hashes.device_cookie(&mina, Some(made_up), THEN).len() < 100, "the invalid cookie is discarded");
        }
    }

    #[test]
    fn a_device_is_known_for_the_last_people_who_shared_it() {
        let hashes = KeyedHashes::new(&[1; 32].into());
        let people: Vec<_> = (0..=MAX_PEOPLE).map(|number| email(&format!("{number}@hangang.example"))).collect();
        let mut cookie = String::new();
        for person in people[..MAX_PEOPLE].iter().chain([&people[0], &people[MAX_PEOPLE]]) {
            cookie = hashes.device_cookie(person, Some(&cookie), THEN);
        }
        let known = people.iter().map(|person| hashes.known_device(person, &cookie, THEN).is_some());
        assert_eq!(
            known.collect::<Vec<_>>(),
            [true, false, true, true, true, true],
            "the second person signed in least recently"
        );
        assert_eq!(hashes.known_device(&people[0], &cookie, THEN), hashes.known_device(&people[2], &cookie, THEN));
    }

    #[test]
    fn addresses_of_one_network_have_the_same_hash() {
        let hashes = KeyedHashes::new(&[1; 32].into());
        let of = |address: &str| hashes.network(address.parse().expect("an address"));
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_ne!(of("192.0.2.1"), KeyedHashes::new(&[2; 32].into()).network([192, 0, 2, 1].into()));
    }
}

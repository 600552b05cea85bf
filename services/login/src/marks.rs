//! Keyed hashes, which only this issuer can make: what stands for an address of the network where none may be kept, and
//! what proves that a device is known.

use std::net::IpAddr;

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{config::SecretKey, secret};
use chrono::{DateTime, Utc};

use crate::domain::{email::Email, source};

/// How many people a device is known of: those who signed in there last.
const MOST_PEOPLE: usize = 5;

/// Bytes of a moment and a tag.
const PROOF: usize = size_of::<i64>() + 32;

/// Makes and checks them. Clones share the key.
#[derive(Clone)]
pub struct Marks(hmac::Key);

impl Marks {
    /// With a key of their own, derived from the issuer's: no key is used for two things.
    pub fn new(secret: &SecretKey) -> Self {
        let issuer = hmac::Key::new(hmac::HMAC_SHA256, secret.bytes());
        let own = hmac::sign(&issuer, b"login: marks of sources and devices");
        Self(hmac::Key::new(hmac::HMAC_SHA256, own.as_ref()))
    }

    /// What stands for the network that an address is in. Without the key, nobody can tell which it was by trying all.
    pub fn source(&self, address: IpAddr) -> Vec<u8> {
        self.sign("source", &[&source::network(address)]).as_ref().to_vec()
    }

    /// What a device shows from now on, to be known as this person's, and as that of the last who signed in there before.
    pub fn device_cookie(&self, email: &Email, before: Option<&str>, now: DateTime<Utc>) -> String {
        let (id, mut proofs) = before.and_then(parts).unwrap_or_else(|| (secret::random(), vec![]));
        proofs.retain(|proof| !self.is_proof(email, &id, proof));
        let at = now.timestamp_micros().to_be_bytes();
        let proof = [&at, self.device(email, &id, &at).as_ref()].concat();
        let told = [id.as_slice(), &proof].into_iter().chain(proofs.iter().map(Vec::as_slice)).take(1 + MOST_PEOPLE);
        told.map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).collect::<Vec<_>>().join(".")
    }

    /// What stands for the device that shows this, when this person signed in there, no earlier than `since`.
    pub fn known_device(&self, email: &Email, cookie: &str, since: DateTime<Utc>) -> Option<Vec<u8>> {
        let (id, proofs) = parts(cookie)?;
        let proof = proofs.iter().find(|proof| self.is_proof(email, &id, proof))?;
        let at = i64::from_be_bytes(*proof.first_chunk()?);
        (at >= since.timestamp_micros()).then(|| self.sign("device id", &[&id]).as_ref().to_vec())
    }

    fn is_proof(&self, email: &Email, id: &[u8], proof: &[u8]) -> bool {
        let (at, tag) = proof.split_at(size_of::<i64>());
        secret::constant_time_eq(self.device(email, id, at).as_ref(), tag)
    }

    fn device(&self, email: &Email, id: &[u8], at: &[u8]) -> hmac::Tag {
        self.sign("device", &[&email.hash(), id, at])
    }

    fn sign(&self, purpose: &str, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [purpose.as_bytes()].iter().chain(parts) {
            // With its length, so that no two lists of parts read alike.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign()
    }
}

/// The device's id, and a proof for each who signed in there, the latest first: the moment, and a tag. `None` of what we
/// did not make.
fn parts(cookie: &str) -> Option<([u8; 16], Vec<Vec<u8>>)> {
    let mut parts = cookie.split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    let id = parts.next()??.try_into().ok()?;
    let proof = |part: Option<Vec<u8>>| part.filter(|part| part.len() == PROOF);
    Some((id, parts.take(MOST_PEOPLE).map(proof).collect::<Option<_>>()?))
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
        let marks = Marks::new(&[1; 32].into());
        let (mina, joon) = (email("mina@hangang.example"), email("joon@hangang.example"));
        let cookie = marks.device_cookie(&mina, None, THEN);
        assert!(marks.known_device(&mina, &cookie, THEN).is_some());
        let another = marks.device_cookie(&mina, None, THEN);
        assert_ne!(marks.known_device(&mina, &cookie, THEN), marks.known_device(&mina, &another, THEN));
        assert_eq!(marks.known_device(&mina, &cookie, THEN + chrono::Duration::microseconds(1)), None);
        assert_eq!(marks.known_device(&joon, &cookie, THEN), None);
        assert_eq!(Marks::new(&[2; 32].into()).known_device(&mina, &cookie, THEN), None);
        let padded = format!("{cookie}AAAA");
        for made_up in ["", ".", "AAAA.AAAA", &cookie[1..], &cookie[..cookie.len() - 1], &padded] {
            assert_eq!(marks.known_device(&mina, made_up, THEN), None, "{made_up}");
            assert!(marks.device_cookie(&mina, Some(made_up), THEN).len() < 100, "nothing of it is carried on");
        }
    }

    #[test]
    fn a_device_is_known_for_the_last_people_who_shared_it() {
        let marks = Marks::new(&[1; 32].into());
        let people: Vec<_> = (0..=MOST_PEOPLE).map(|number| email(&format!("{number}@hangang.example"))).collect();
        let mut cookie = String::new();
        for person in people[..MOST_PEOPLE].iter().chain([&people[0], &people[MOST_PEOPLE]]) {
            cookie = marks.device_cookie(person, Some(&cookie), THEN);
        }
        let known = people.iter().map(|person| marks.known_device(person, &cookie, THEN).is_some());
        assert_eq!(
            known.collect::<Vec<_>>(),
            [true, false, true, true, true, true],
            "the second came last longest ago"
        );
        assert_eq!(marks.known_device(&people[0], &cookie, THEN), marks.known_device(&people[2], &cookie, THEN));
    }

    #[test]
    fn a_source_is_its_network() {
        let marks = Marks::new(&[1; 32].into());
        let of = |address: &str| marks.source(address.parse().expect("an address"));
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_ne!(of("192.0.2.1"), Marks::new(&[2; 32].into()).source([192, 0, 2, 1].into()));
    }
}

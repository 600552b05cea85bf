//! Keyed hashes, which only this issuer can make: what stands for an address of the network where none may be kept, and
//! what proves that a device is known.

use std::net::IpAddr;

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{config::SecretKey, secret};

use crate::domain::{email::Email, source};

/// How many people a device is known of: those who signed in there last.
const MOST_PEOPLE: usize = 5;

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
    pub fn device_cookie(&self, email: &Email, before: Option<&str>) -> String {
        let (id, proofs) = before.and_then(parts).unwrap_or_else(|| (secret::random(), vec![]));
        let proof = self.device(email, &id);
        let mut told = vec![BASE64_URL_SAFE_NO_PAD.encode(id), BASE64_URL_SAFE_NO_PAD.encode(proof)];
        told.extend(proofs.iter().take(MOST_PEOPLE - 1).map(|proof| BASE64_URL_SAFE_NO_PAD.encode(proof)));
        told.join(".")
    }

    /// What stands for the device that shows this, when it is known as this person's.
    pub fn known_device(&self, email: &Email, cookie: &str) -> Option<Vec<u8>> {
        let (id, proofs) = parts(cookie)?;
        let own = self.device(email, &id);
        let is_known = proofs.iter().any(|proof| secret::equal(own.as_ref(), proof));
        is_known.then(|| self.sign("device id", &[&id]).as_ref().to_vec())
    }

    fn device(&self, email: &Email, id: &[u8]) -> hmac::Tag {
        self.sign("device", &[&email.hash(), id])
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

/// The device's id, and what proves that it is known, the latest first; `None` of what we did not make.
fn parts(cookie: &str) -> Option<([u8; 16], Vec<Vec<u8>>)> {
    let mut parts = cookie.split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    let id = parts.next()??.try_into().ok()?;
    Some((id, parts.take(MOST_PEOPLE).collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse("email", text).expect("an address")
    }

    #[test]
    fn a_device_is_known_for_the_person_who_signed_in_on_it() {
        let marks = Marks::new(&[1; 32].into());
        let (mina, joon) = (email("mina@hangang.example"), email("joon@hangang.example"));
        let cookie = marks.device_cookie(&mina, None);
        assert!(marks.known_device(&mina, &cookie).is_some());
        assert_ne!(marks.known_device(&mina, &cookie), marks.known_device(&mina, &marks.device_cookie(&mina, None)));
        assert_eq!(marks.known_device(&joon, &cookie), None);
        assert_eq!(Marks::new(&[2; 32].into()).known_device(&mina, &cookie), None);
        for made_up in ["", ".", "AAAA.AAAA", &cookie[1..], &cookie[..cookie.len() - 1]] {
            assert_eq!(marks.known_device(&mina, made_up), None, "{made_up}");
        }
    }

    #[test]
    fn a_device_is_known_for_the_last_people_who_shared_it() {
        let marks = Marks::new(&[1; 32].into());
        let mina = email("mina@hangang.example");
        let mut cookie = marks.device_cookie(&mina, Some("of another maker"));
        let device = marks.known_device(&mina, &cookie).expect("known");
        for number in 1..MOST_PEOPLE {
            cookie = marks.device_cookie(&email(&format!("{number}@hangang.example")), Some(&cookie));
            assert_eq!(marks.known_device(&mina, &cookie).as_ref(), Some(&device));
        }
        cookie = marks.device_cookie(&email("joon@hangang.example"), Some(&cookie));
        assert_eq!(marks.known_device(&mina, &cookie), None);
        assert_eq!(marks.known_device(&email("1@hangang.example"), &cookie), Some(device));
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

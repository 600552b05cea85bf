//! Tokens of impression and click links. A token holds the [`Serve`], so that selecting an ad writes no row.
//!
//! A token is base64url of a small protobuf, encrypted and authenticated with AES-256-GCM: only ad can read or make one.
//! The landing URL is not in it: a click reads it from the database, so a link never redirects elsewhere.
//!
//! To add a field: give it the next number in `Payload`. Links that the previous version made stay valid.
//!
//! The endpoints that open the links are in `http/links.rs`.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{
    config::SecretKey,
    id::{TenantId, UserId},
    secret::Sealer,
};
use chrono::{DateTime, Utc};
use prost::Message;
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    creative::CreativeId,
    money::{Currency, Money},
    serve::{Serve, ServeId},
};

/// Tokens with more bytes are rejected without decoding. Valid tokens are far shorter.
const MAX_TOKEN: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link was not made with one of the keys")]
pub struct InvalidToken;

/// Makes and reads tokens.
#[derive(Clone, Debug)]
pub struct Links {
    /// The first one seals, all open.
    sealers: Arc<[Sealer]>,
}

#[derive(Clone, PartialEq, Message)]
struct Payload {
    #[prost(bytes = "vec", tag = "1")]
    serve_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    campaign_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    advertiser_tenant_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    viewer_tenant_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "5")]
    viewer_user_id: Vec<u8>,
    #[prost(int64, tag = "6")]
    price_micros: i64,
    #[prost(string, tag = "7")]
    currency_code: String,
    #[prost(string, tag = "8")]
    placement: String,
    #[prost(int64, tag = "9")]
    issued_at: i64,
    #[prost(string, tag = "10")]
    traceparent: String,
    #[prost(bytes = "vec", tag = "11")]
    creative_id: Vec<u8>,
}

impl Links {
    /// Makes tokens with the first key, and reads those of all keys.
    ///
    /// # Panics
    /// Without a key.
    pub fn new(keys: &[SecretKey]) -> Self {
        assert!(!keys.is_empty(), "a key of the links");
        Self { sealers: keys.iter().map(Sealer::new).collect() }
    }

    /// Makes a token of a serve.
    pub fn token(&self, serve: &Serve) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.sealers[0].seal(&Payload::from(serve).encode_to_vec()))
    }

    /// Reads the serve from a token.
    pub fn read(&self, token: &str) -> Result<Serve, InvalidToken> {
        if token.len() > MAX_TOKEN {
            return Err(InvalidToken);
        }
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| InvalidToken)?;
        let payload = self.sealers.iter().find_map(|sealer| sealer.open(&sealed).ok()).ok_or(InvalidToken)?;
        Payload::decode(payload.as_slice()).map_err(|_| InvalidToken)?.try_into()
    }
}

impl From<&Serve> for Payload {
    fn from(serve: &Serve) -> Self {
        Self {
            serve_id: bytes(serve.serve_id.as_uuid()),
            campaign_id: bytes(serve.campaign_id.as_uuid()),
            advertiser_tenant_id: bytes(serve.advertiser_tenant_id.as_uuid()),
            viewer_tenant_id: bytes(serve.viewer_tenant_id.as_uuid()),
            viewer_user_id: bytes(serve.viewer_user_id.as_uuid()),
            price_micros: serve.price.micros,
            currency_code: serve.price.currency.code().into(),
            placement: serve.placement.clone(),
            issued_at: serve.issued_at.timestamp(),
            traceparent: serve.traceparent.clone().unwrap_or_default(),
            creative_id: serve.creative_id.map_or_else(Vec::new, |creative| bytes(creative.as_uuid())),
        }
    }
}

impl TryFrom<Payload> for Serve {
    type Error = InvalidToken;

    fn try_from(payload: Payload) -> Result<Self, InvalidToken> {
        let creative_id = (!payload.creative_id.is_empty()).then(|| id(&payload.creative_id)).transpose()?;
        Ok(Self {
            serve_id: ServeId::from(id(&payload.serve_id)?),
            campaign_id: CampaignId::from(id(&payload.campaign_id)?),
            creative_id: creative_id.map(CreativeId::from),
            advertiser_tenant_id: TenantId::from(id(&payload.advertiser_tenant_id)?),
            viewer_tenant_id: TenantId::from(id(&payload.viewer_tenant_id)?),
            viewer_user_id: UserId::from(id(&payload.viewer_user_id)?),
            price: Money::new(payload.price_micros, Currency::stored(&payload.currency_code)),
            placement: payload.placement,
            issued_at: DateTime::<Utc>::from_timestamp(payload.issued_at, 0).ok_or(InvalidToken)?,
            traceparent: Some(payload.traceparent).filter(|context| !context.is_empty()),
        })
    }
}

fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn id(bytes: &[u8]) -> Result<Uuid, InvalidToken> {
    Uuid::from_slice(bytes).map_err(|_| InvalidToken)
}

#[cfg(test)]
mod tests {
    use chassis::clock::Clock;

    use super::*;

    fn serve(clock: &Clock) -> Serve {
        Serve {
            serve_id: ServeId::new(clock),
            campaign_id: CampaignId::new(clock),
            creative_id: Some(CreativeId::new(clock)),
            advertiser_tenant_id: TenantId::new(clock),
            viewer_tenant_id: TenantId::new(clock),
            viewer_user_id: UserId::new(clock),
            price: Money::new(301_000_000, Currency::Krw),
            placement: "mypage.home".into(),
            issued_at: clock.now(),
            traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
        }
    }

    fn clock() -> Clock {
        Clock::fixed("2026-03-02T03:00:00Z".parse().expect("a time"))
    }

    #[test]
    fn a_token_holds_the_serve_and_fits_into_a_url() {
        let (clock, links) = (clock(), Links::new(&[SecretKey::from([7; 32])]));
        let serve = serve(&clock);
        let token = links.token(&serve);
        assert!(token.len() < 400, "{}", token.len());
        assert_eq!(links.read(&token), Ok(serve.clone()));
        let earlier = Serve { creative_id: None, ..serve };
        assert_eq!(links.read(&links.token(&earlier)), Ok(earlier));
    }

    #[test]
    fn a_token_reveals_nothing() {
        let (clock, links) = (clock(), Links::new(&[SecretKey::from([7; 32])]));
        let serve = serve(&clock);
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(links.token(&serve)).expect("base64url");
        let reveals = |secret: &[u8]| sealed.windows(secret.len()).any(|part| part == secret);
        for id in
            [serve.viewer_user_id.as_uuid(), serve.viewer_tenant_id.as_uuid(), serve.advertiser_tenant_id.as_uuid()]
        {
            assert!(!reveals(id.as_bytes()), "{id}");
        }
        assert!(!reveals(b"KRW") && !reveals(b"mypage.home"));
        assert_ne!(links.token(&serve), links.token(&serve), "two tokens of one serve differ");
    }

    #[test]
    fn a_changed_token_is_invalid() {
        let (clock, links) = (clock(), Links::new(&[SecretKey::from([7; 32])]));
        let token = links.token(&serve(&clock));
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(links.read(&changed).is_err(), "character {at}");
        }
        for token in ["", ".", "a.b", &"x".repeat(2_000)] {
            assert_eq!(links.read(token), Err(InvalidToken));
        }
    }

    #[test]
    fn tokens_of_all_keys_are_valid_and_the_first_key_makes_new_ones() {
        let (clock, [old, new]) = (clock(), [[7; 32], [8; 32]].map(SecretKey::from));
        let both = Links::new(&[new.clone(), old.clone()]);
        let serve = serve(&clock);
        assert_eq!(both.read(&Links::new(&[old]).token(&serve)), Ok(serve.clone()));
        assert_eq!(Links::new(&[new]).read(&both.token(&serve)), Ok(serve));
    }

    #[test]
    fn a_token_of_another_key_is_invalid() {
        let clock = clock();
        let token = Links::new(&[SecretKey::from([8; 32])]).token(&serve(&clock));
        assert_eq!(Links::new(&[SecretKey::from([7; 32])]).read(&token), Err(InvalidToken));
    }

    #[test]
    fn links_are_valid_for_a_day() {
        let clock = clock();
        let serve = serve(&clock);
        assert!(serve.is_valid_at(clock.now()));
        clock.advance(chrono::Duration::hours(24) - chrono::Duration::seconds(1));
        assert!(serve.is_valid_at(clock.now()));
        clock.advance(chrono::Duration::seconds(1));
        assert!(!serve.is_valid_at(clock.now()));
    }
}

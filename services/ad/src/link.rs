//! Sealed links: what an ad's links say, so that nothing has to be stored before a click.
//!
//! A token is base64url of a small protobuf, sealed with AES-256-GCM, which also signs it: nobody else can read one, change
//! one or make one up. It says what was shown to whom and what a click costs; where the click leads stands in the database, so that a link can't be made to lead elsewhere. To add a field: give
//! [`Wire`] a new number; links of the version before stay good.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chassis::config::SecretKey;
use chassis::id::{TenantId, UserId};
use chassis::secret::Sealer;
use chrono::{DateTime, Utc};
use prost::Message;
use uuid::Uuid;

use crate::domain::campaign::CampaignId;
use crate::domain::money::{Currency, Money};
use crate::domain::serve::{Serve, ServeId};

/// Far more than a token of ours has.
const MAX_TOKEN: usize = 1_000;

/// A token that is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a link of ours")]
pub struct NotOurs;

/// Makes and reads tokens.
#[derive(Clone, Debug)]
pub struct Links {
    sealer: Sealer,
}

#[derive(Clone, PartialEq, Message)]
struct Wire {
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
}

impl Links {
    /// Links sealed with this key.
    #[must_use]
    pub fn new(key: &SecretKey) -> Self {
        Self { sealer: Sealer::new(key) }
    }

    /// The token of a showing.
    #[must_use]
    pub fn token(&self, serve: &Serve) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.sealer.seal(&Wire::from(serve).encode_to_vec()))
    }

    /// The showing that a token names.
    ///
    /// # Errors
    /// When we did not make it.
    pub fn read(&self, token: &str) -> Result<Serve, NotOurs> {
        if token.len() > MAX_TOKEN {
            return Err(NotOurs);
        }
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| NotOurs)?;
        let payload = self.sealer.open(&sealed).map_err(|_| NotOurs)?;
        Wire::decode(payload.as_slice()).map_err(|_| NotOurs)?.try_into()
    }
}

impl From<&Serve> for Wire {
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
        }
    }
}

impl TryFrom<Wire> for Serve {
    type Error = NotOurs;

    fn try_from(wire: Wire) -> Result<Self, NotOurs> {
        Ok(Self {
            serve_id: ServeId::from(id(&wire.serve_id)?),
            campaign_id: CampaignId::from(id(&wire.campaign_id)?),
            advertiser_tenant_id: TenantId::from(id(&wire.advertiser_tenant_id)?),
            viewer_tenant_id: TenantId::from(id(&wire.viewer_tenant_id)?),
            viewer_user_id: UserId::from(id(&wire.viewer_user_id)?),
            price: Money::new(wire.price_micros, Currency::parse(&wire.currency_code).ok_or(NotOurs)?),
            placement: wire.placement,
            issued_at: DateTime::<Utc>::from_timestamp(wire.issued_at, 0).ok_or(NotOurs)?,
            traceparent: Some(wire.traceparent).filter(|context| !context.is_empty()),
        })
    }
}

fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn id(bytes: &[u8]) -> Result<Uuid, NotOurs> {
    Uuid::from_slice(bytes).map_err(|_| NotOurs)
}

#[cfg(test)]
mod tests {
    use chassis::clock::Clock;

    use super::*;

    fn serve(clock: &Clock) -> Serve {
        Serve {
            serve_id: ServeId::new(clock),
            campaign_id: CampaignId::new(clock),
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
    fn a_token_says_what_was_shown_and_fits_into_an_address() {
        let (clock, links) = (clock(), Links::new(&SecretKey::from([7; 32])));
        let serve = serve(&clock);
        let token = links.token(&serve);
        assert!(token.len() < 400, "{}", token.len());
        assert_eq!(links.read(&token), Ok(serve));
    }

    #[test]
    fn a_token_tells_its_reader_nothing() {
        let (clock, links) = (clock(), Links::new(&SecretKey::from([7; 32])));
        let serve = serve(&clock);
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(links.token(&serve)).expect("base64url");
        let shows = |secret: &[u8]| sealed.windows(secret.len()).any(|part| part == secret);
        for id in
            [serve.viewer_user_id.as_uuid(), serve.viewer_tenant_id.as_uuid(), serve.advertiser_tenant_id.as_uuid()]
        {
            assert!(!shows(id.as_bytes()), "{id}");
        }
        assert!(!shows(b"KRW") && !shows(b"mypage.home"));
        assert_ne!(links.token(&serve), links.token(&serve), "two tokens of one showing can't be told to be so");
    }

    #[test]
    fn a_changed_token_is_not_ours() {
        let (clock, links) = (clock(), Links::new(&SecretKey::from([7; 32])));
        let token = links.token(&serve(&clock));
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(links.read(&changed).is_err(), "letter {at}");
        }
        for token in ["", ".", "a.b", &"x".repeat(2_000)] {
            assert_eq!(links.read(token), Err(NotOurs));
        }
    }

    #[test]
    fn a_token_of_another_key_is_not_ours() {
        let clock = clock();
        let token = Links::new(&SecretKey::from([8; 32])).token(&serve(&clock));
        assert_eq!(Links::new(&SecretKey::from([7; 32])).read(&token), Err(NotOurs));
    }

    #[test]
    fn links_count_for_a_day() {
        let clock = clock();
        let serve = serve(&clock);
        assert!(serve.counts_at(clock.now()));
        clock.advance(chrono::Duration::hours(24) - chrono::Duration::seconds(1));
        assert!(serve.counts_at(clock.now()));
        clock.advance(chrono::Duration::seconds(1));
        assert!(!serve.counts_at(clock.now()));
    }
}

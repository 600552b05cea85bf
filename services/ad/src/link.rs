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
#[path = "link_tests.rs"]
mod tests;

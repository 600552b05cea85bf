//! Decodes payloads by the contracts.

use anyhow::{Context, Result};
use contracts::FILE_DESCRIPTOR_SET;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::Value;

/// The messages of all contracts.
pub(super) struct Messages {
    pool: DescriptorPool,
}

impl Messages {
    pub(super) fn of_contracts() -> Result<Self> {
        Ok(Self { pool: DescriptorPool::decode(FILE_DESCRIPTOR_SET).context("cannot read the contracts")? })
    }

    /// Decodes a message, with its fields named as in the contract. `kind` is its full name.
    ///
    /// The error is the reason for people.
    pub(super) fn decode(&self, kind: &str, payload: &[u8]) -> Result<Value, String> {
        if kind.is_empty() {
            return Err("the header ce_type is missing".to_owned());
        }
        let Some(descriptor) = self.pool.get_message_by_name(kind) else {
            return Err(format!("{kind} is no message of the contracts"));
        };
        let message = DynamicMessage::decode(descriptor, payload).map_err(|error| format!("no {kind}: {error}"))?;
        // 64-bit integers as numbers: the largest one of the contracts is exact in JSON, too.
        let options = SerializeOptions::new().use_proto_field_name(true).stringify_64_bit_integers(false);
        let value = message.serialize_with_options(serde_json::value::Serializer, &options);
        value.map_err(|error| format!("{kind} has no form in JSON: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `common.v1.Money` with 420,000,000 micros of KRW.
    const MONEY: &[u8] = b"\x08\x80\xe2\xa2\xc8\x01\x12\x03KRW";

    #[test]
    fn a_payload_is_decoded_by_its_contract() {
        let messages = Messages::of_contracts().unwrap();
        let money = messages.decode("common.v1.Money", MONEY).unwrap();
        assert_eq!(money, json!({ "micros": 420_000_000, "currency_code": "KRW" }));
    }

    #[test]
    fn what_is_not_decoded_has_a_reason() {
        let messages = Messages::of_contracts().unwrap();
        let reason = |kind: &str, payload: &[u8]| messages.decode(kind, payload).unwrap_err();
        assert_eq!(reason("", MONEY), "the header ce_type is missing");
        assert_eq!(reason("shop.v1.Sold", MONEY), "shop.v1.Sold is no message of the contracts");
        assert!(reason("common.v1.Money", &MONEY[..4]).starts_with("no common.v1.Money: "));
    }
}

//! One record of a topic, as people and tests see it.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rdkafka::message::{Headers, Message};
use serde::Serialize;
use serde_json::Value;

use super::payload::Messages;

/// One record of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    pub partition: i32,
    pub offset: i64,
    /// Id of the aggregate.
    pub key: String,
    /// CloudEvents attributes and trace context.
    pub headers: BTreeMap<String, String>,
    /// Size of the payload; `None` for a tombstone.
    pub bytes: Option<usize>,
    /// The message of the contract in `ce_type`; base64 when `undecoded` has a reason, `None` for a tombstone.
    pub payload: Option<Value>,
    /// Why the payload is not decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecoded: Option<String>,
}

impl Record {
    /// The event id, from the header `ce_id`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.header("ce_id")
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(super) fn of(message: &impl Message, messages: &Messages) -> Self {
        let mut record = Self {
            partition: message.partition(),
            offset: message.offset(),
            key: message.key().map(text).unwrap_or_default(),
            headers: headers(message),
            bytes: message.payload().map(<[u8]>::len),
            payload: None,
            undecoded: None,
        };
        if let Some(payload) = message.payload() {
            match messages.decode(record.header("ce_type"), payload) {
                Ok(decoded) => record.payload = Some(decoded),
                Err(reason) => {
                    record.payload = Some(STANDARD.encode(payload).into());
                    record.undecoded = Some(reason);
                }
            }
        }
        record
    }
}

fn headers(message: &impl Message) -> BTreeMap<String, String> {
    // rdkafka panics when it reads a header whose name is not UTF-8. Such a header is left out.
    let all = message.headers().into_iter().flat_map(|all| {
        (0..all.count()).filter_map(|index| catch_unwind(AssertUnwindSafe(|| all.try_get(index))).ok().flatten())
    });
    all.map(|it| (it.key.to_owned(), it.value.map(text).unwrap_or_default())).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

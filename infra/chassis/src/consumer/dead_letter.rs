//! Dead letters: messages that cannot be handled, with headers for origin and error.
//!
//! The headers make a dead letter larger than its message. One that does not fit refers to its message instead: its
//! payload is an excerpt, and the rest is read from the message's topic, while it is retained there.

use std::time::Duration;

use rdkafka::{
    Message,
    error::KafkaError,
    message::{Header, Headers, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord, Producer},
};
use tokio::{sync::Mutex, time::sleep};

use super::{ConsumeError, dead_letter_topic};
use crate::{
    config,
    kafka::{self, ClientLog},
};

/// The origin: topic, partition and offset, separated by `/`.
pub(super) const FROM: &str = "dlq_from";
const ERROR: &str = "dlq_error";
/// The number of bytes of the payload. Only a dead letter that refers to its message has it.
pub(super) const SIZE: &str = "dlq_size";

/// The payload of a dead letter that refers to its message is cut off here.
const EXCERPT_BYTES: usize = 1000;
/// Such a dead letter has no key and no header that is longer.
const SHORT_BYTES: usize = 200;
const MAX_HEADERS: usize = 20;

const ATTEMPTS: u32 = 4;
/// After this time, the producer has dropped the message of an attempt: the next attempt does not add a copy.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);

/// Publishes dead letters of all topics. Connects at the first one.
pub(super) struct DeadLetters {
    product: &'static str,
    kafka: config::Kafka,
    producer: Mutex<Option<FutureProducer<ClientLog>>>,
}

/// What was written of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    DeadLetter,
    /// The message stays in its own topic only. It is logged.
    Nothing,
}

impl DeadLetters {
    pub(super) fn new(product: &'static str, kafka: &config::Kafka) -> Self {
        Self { product, kafka: kafka.clone(), producer: Mutex::default() }
    }

    /// Publishes `message` as a dead letter and waits for the broker's acknowledgement. Gives up soon: the events behind
    /// the message wait.
    pub(super) async fn write(&self, topic: &str, message: &OwnedMessage, error: &ConsumeError) -> Written {
        let from = format!("{}/{}/{}", message.topic(), message.partition(), message.offset());
        let error = error.to_string();
        match self.publish(topic, message, &from, &error).await {
            Ok(()) => {
                tracing::error!(topic, from, error, "dead letter");
                Written::DeadLetter
            }
            Err(reason) => {
                tracing::error!(topic, from, error, reason = %reason, "cannot write the dead letter");
                Written::Nothing
            }
        }
    }

    async fn publish(&self, topic: &str, message: &OwnedMessage, from: &str, error: &str) -> Result<(), KafkaError> {
        let topic = kafka::with_prefix(&self.kafka, &dead_letter_topic(self.product, topic));
        let mut letter = Letter::whole(message, from, error);
        let (mut refers, mut attempt) = (false, 1);
        loop {
            match self.send(&topic, &letter).await {
                Ok(()) => return Ok(()),
                Err(failed) if kafka::is_too_large(&failed) && !refers => {
                    letter = Letter::reference(message, from, error);
                    refers = true;
                }
                Err(failed) if attempt == ATTEMPTS || kafka::is_permanent(&failed) => return Err(failed),
                Err(_) => {
                    sleep(FIRST_BACKOFF * 2_u32.pow(attempt)).await;
                    attempt += 1;
                }
            }
        }
    }

    async fn send(&self, topic: &str, letter: &Letter<'_>) -> Result<(), KafkaError> {
        let producer = {
            let mut current = self.producer.lock().await;
            match current.as_ref().filter(|producer| producer.client().fatal_error().is_none()) {
                Some(producer) => producer.clone(),
                None => {
                    let config = kafka::producer(&self.kafka, self.product, ATTEMPT_TIMEOUT);
                    current.insert(config.create_with_context(ClientLog)?).clone()
                }
            }
        };
        let mut record = FutureRecord::<[u8], [u8]>::to(topic).headers(letter.headers.clone());
        record.key = letter.key;
        record.payload = letter.payload;
        producer.send(record, ATTEMPT_TIMEOUT).await.map(drop).map_err(|(error, _)| error)
    }
}

struct Letter<'a> {
    key: Option<&'a [u8]>,
    payload: Option<&'a [u8]>,
    headers: OwnedHeaders,
}

impl<'a> Letter<'a> {
    fn whole(message: &'a OwnedMessage, from: &str, error: &str) -> Self {
        let headers = with_origin(headers(message), from, error);
        Self { key: message.key(), payload: message.payload(), headers }
    }

    fn reference(message: &'a OwnedMessage, from: &str, error: &str) -> Self {
        let size = message.payload().map_or(0, <[u8]>::len).to_string();
        let is_short =
            |header: &Header<'_, &[u8]>| header.key.len() + header.value.map_or(0, <[u8]>::len) <= SHORT_BYTES;
        let headers = with_origin(headers(message).filter(is_short).take(MAX_HEADERS), from, error);
        Self {
            key: message.key().filter(|key| key.len() <= SHORT_BYTES),
            payload: message.payload().map(|payload| &payload[..payload.len().min(EXCERPT_BYTES)]),
            headers: headers.insert(Header { key: SIZE, value: Some(&size) }),
        }
    }
}

/// The headers of `message`. Those of dead letters are left out: a producer could set them, and a replay would trust them.
fn headers(message: &OwnedMessage) -> impl Iterator<Item = Header<'_, &[u8]>> {
    let all = message.headers().into_iter().flat_map(Headers::iter);
    all.filter(|header| !header.key.starts_with("dlq_"))
}

fn with_origin<'a>(kept: impl Iterator<Item = Header<'a, &'a [u8]>>, from: &str, error: &str) -> OwnedHeaders {
    kept.fold(OwnedHeaders::new(), |headers, header| headers.insert(header))
        .insert(Header { key: FROM, value: Some(from) })
        .insert(Header { key: ERROR, value: Some(error) })
}

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;

    use super::*;

    fn message(key: usize, payload: usize, header: usize) -> OwnedMessage {
        let long = vec![b'h'; header];
        let headers = OwnedHeaders::new()
            .insert(Header { key: "ce_type", value: Some("login.v1.UserChanged") })
            .insert(Header { key: FROM, value: Some("forged/0/0") })
            .insert(Header { key: "long", value: Some(&long) });
        let (key, payload) = (Some(vec![b'k'; key]), Some(vec![b'p'; payload]));
        OwnedMessage::new(payload, key, "t".into(), Timestamp::NotAvailable, 0, 7, Some(headers))
    }

    fn read(headers: &OwnedHeaders) -> Vec<(&str, &[u8])> {
        headers.iter().map(|header| (header.key, header.value.expect("a value"))).collect()
    }

    #[test]
    fn a_dead_letter_is_its_message_with_origin_and_error() {
        let message = message(3, 5, 7);
        let letter = Letter::whole(&message, "t/0/7", "no");
        assert_eq!((letter.key, letter.payload), (message.key(), message.payload()));
        let expected: [(&str, &[u8]); 4] =
            [("ce_type", b"login.v1.UserChanged"), ("long", b"hhhhhhh"), (FROM, b"t/0/7"), (ERROR, b"no")];
        assert_eq!(read(&letter.headers), expected);
    }

    #[test]
    fn a_reference_is_short() {
        let message = message(5000, 999_730, 5000);
        let letter = Letter::reference(&message, "t/0/7", "no");
        assert_eq!((letter.key, letter.payload.map(<[u8]>::len)), (None, Some(EXCERPT_BYTES)));
        let expected: [(&str, &[u8]); 4] =
            [("ce_type", b"login.v1.UserChanged"), (FROM, b"t/0/7"), (ERROR, b"no"), (SIZE, b"999730")];
        assert_eq!(read(&letter.headers), expected);
    }
}

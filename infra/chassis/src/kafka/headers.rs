//! CloudEvents 1.0 in binary mode of the Kafka protocol binding: attributes are headers with the prefix `ce_`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, SecondsFormat, Utc};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders, OwnedMessage};

use crate::event::Envelope;

const PROTOBUF: &str = "application/protobuf";
/// The longest value of a header that is read. The attributes are ids, names and times.
const MAX_BYTES: usize = 200;

/// Writes the headers of an event.
pub(crate) fn to_headers(event: &Envelope) -> OwnedHeaders {
    let time = event.time.to_rfc3339_opts(SecondsFormat::Micros, true);
    let (id, tenant) = (event.id.to_string(), event.tenant_id.to_string());
    let attributes = [
        ("ce_specversion", "1.0"),
        ("ce_id", &id),
        ("ce_type", &event.kind),
        ("ce_source", &event.source),
        ("ce_time", &time),
        ("ce_tenantid", &tenant),
        ("content-type", PROTOBUF),
    ];
    let trace = event.traceparent.as_deref().map(|value| ("traceparent", value));
    attributes
        .into_iter()
        .chain(trace)
        .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(value) }))
}

/// Reads an event from a message. The error names the missing or invalid header.
pub(crate) fn from_message(message: &impl Message) -> Result<Envelope, String> {
    let required = |name: &str| match header(message, name) {
        None => Err(format!("header {name} is missing")),
        Some(value) if value.len() > MAX_BYTES => Err(format!("header {name} is longer than {MAX_BYTES} bytes")),
        Some(value) => Ok(value),
    };
    let invalid = |name: &str| format!("header {name} is not valid");
    let version = required("ce_specversion")?;
    if version != "1.0" {
        return Err(format!("ce_specversion {version} is not supported"));
    }
    let time = DateTime::parse_from_rfc3339(&required("ce_time")?).map_err(|_| invalid("ce_time"))?;
    let key = message.key().and_then(|key| std::str::from_utf8(key).ok()).ok_or("the key is missing")?;
    Ok(Envelope {
        id: required("ce_id")?.parse().map_err(|_| invalid("ce_id"))?,
        key: key.to_owned(),
        kind: required("ce_type")?,
        source: required("ce_source")?,
        time: time.with_timezone(&Utc),
        tenant_id: required("ce_tenantid")?.parse().map_err(|_| invalid("ce_tenantid"))?,
        traceparent: header(message, "traceparent").filter(|value| value.len() <= MAX_BYTES),
        payload: message.payload().map(<[u8]>::to_vec),
    })
}

/// The text of a header.
pub(crate) fn header(message: &impl Message, name: &str) -> Option<String> {
    let found = message.headers()?.iter().find(|header| header.key == name)?.value?;
    String::from_utf8(found.to_vec()).ok()
}

/// Returns the message without the headers whose name is not UTF-8. rdkafka panics when it reads such a name. It is none
/// of an event's attributes, whose names are ASCII.
pub(crate) fn readable(mut message: OwnedMessage) -> OwnedMessage {
    let Some(headers) = message.detach_headers() else { return message };
    let readable = without_unreadable(&headers).unwrap_or(headers);
    message.replace_headers(Some(readable))
}

/// `None` when all are readable.
fn without_unreadable(headers: &impl Headers) -> Option<OwnedHeaders> {
    let read = |index| catch_unwind(AssertUnwindSafe(|| headers.try_get(index))).ok().flatten();
    let all: Vec<_> = (0..headers.count()).map(read).collect();
    if all.iter().all(Option::is_some) {
        return None;
    }
    let readable = all.into_iter().flatten();
    Some(readable.fold(OwnedHeaders::new(), |headers, header| headers.insert(header)))
}

#[cfg(test)]
mod tests {
    use rdkafka::message::Timestamp;

    use super::*;
    use crate::{clock::Clock, event::EventId, id::TenantId};

    fn event() -> Envelope {
        let clock = Clock::fixed(DateTime::from_timestamp(1_700_000_000, 5_000).expect("a moment"));
        Envelope {
            id: EventId::new(&clock),
            key: "k".into(),
            kind: "login.v1.UserChanged".into(),
            source: "login".into(),
            time: clock.now(),
            tenant_id: TenantId::new(&clock),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
            payload: Some(vec![1, 2]),
        }
    }

    fn message(event: &Envelope, headers: OwnedHeaders) -> OwnedMessage {
        let key = Some(event.key.clone().into_bytes());
        OwnedMessage::new(event.payload.clone(), key, "t".into(), Timestamp::NotAvailable, 0, 0, Some(headers))
    }

    #[test]
    fn an_event_is_read_back_from_its_headers() {
        let event = event();
        assert_eq!(from_message(&message(&event, to_headers(&event))), Ok(event));
    }

    #[test]
    fn a_missing_header_is_named() {
        let event = event();
        let none = message(&event, OwnedHeaders::new());
        assert_eq!(from_message(&none), Err("header ce_specversion is missing".into()));
    }

    #[test]
    fn a_long_attribute_is_refused_and_a_long_traceparent_is_ignored() {
        let event = Envelope { source: "s".repeat(201), ..event() };
        let long = message(&event, to_headers(&event));
        assert_eq!(from_message(&long), Err("header ce_source is longer than 200 bytes".into()));
        let event = Envelope { source: "s".repeat(200), traceparent: Some("t".repeat(201)), ..event };
        let read = from_message(&message(&event, to_headers(&event)));
        assert_eq!(read, Ok(Envelope { traceparent: None, ..event }));
    }

    /// As rdkafka reads headers of which one has no name in UTF-8.
    struct OneUnreadable;

    impl Headers for OneUnreadable {
        fn count(&self) -> usize {
            3
        }

        fn try_get(&self, index: usize) -> Option<Header<'_, &[u8]>> {
            let key = ["ce_id", "", "ce_type"][index];
            assert!(!key.is_empty(), "Utf8Error");
            Some(Header { key, value: Some(b"v") })
        }
    }

    #[test]
    fn a_header_that_cannot_be_read_is_left_out() {
        let kept = without_unreadable(&OneUnreadable).expect("fewer headers");
        assert_eq!(kept.iter().map(|header| header.key).collect::<Vec<_>>(), ["ce_id", "ce_type"]);
        assert!(without_unreadable(&to_headers(&event())).is_none());
    }
}

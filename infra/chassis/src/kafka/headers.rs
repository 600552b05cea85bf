//! CloudEvents 1.0 in binary mode of the Kafka protocol binding: attributes are headers with the prefix `ce_`.

use chrono::{DateTime, SecondsFormat, Utc};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};

use crate::event::Envelope;

const PROTOBUF: &str = "application/protobuf";

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
    let required = |name: &str| header(message, name).ok_or_else(|| format!("header {name} is missing"));
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
        traceparent: header(message, "traceparent"),
        payload: message.payload().map(<[u8]>::to_vec),
    })
}

/// The text of a header.
pub(crate) fn header(message: &impl Message, name: &str) -> Option<String> {
    let found = message.headers()?.iter().find(|header| header.key == name)?.value?;
    String::from_utf8(found.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use rdkafka::message::{OwnedMessage, Timestamp};

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
}

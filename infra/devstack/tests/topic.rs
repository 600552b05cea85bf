//! Reads topics of the embedded broker.

use std::time::Duration;

use contracts::{
    ad::v1::{DeliveryKind, DeliveryRecorded},
    convert::money,
};
use devstack::{embedded::EmbeddedBroker, topic};
use prost::Message;
use rdkafka::{
    ClientConfig,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};

const TOPIC: &str = "ad.delivery.v1";

async fn publish(brokers: &str, key: &str, kind: &str, payload: Option<&[u8]>) {
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", brokers).create().expect("a producer");
    let headers = OwnedHeaders::new().insert(Header { key: "ce_type", value: Some(kind) });
    let mut record = FutureRecord::<str, [u8]>::to(TOPIC).key(key).headers(headers);
    record.payload = payload;
    producer.send(record, Duration::from_secs(20)).await.map_err(|(error, _)| error).expect("published");
}

async fn read(brokers: &str, topic: &'static str) -> anyhow::Result<Vec<topic::Record>> {
    let brokers = brokers.to_owned();
    tokio::task::spawn_blocking(move || topic::read(&brokers, topic)).await.expect("no panic")
}

#[tokio::test]
async fn events_on_the_embedded_broker_are_read_with_their_payloads() {
    let broker = EmbeddedBroker::start().expect("a broker");
    let brokers = broker.brokers();
    let click = DeliveryRecorded {
        kind: DeliveryKind::Click.into(),
        headline: "한강에서 5km".to_owned(),
        charge: Some(money(420_000_000, "KRW")),
        ..DeliveryRecorded::default()
    };
    publish(&brokers, "a", "ad.v1.DeliveryRecorded", Some(&click.encode_to_vec())).await;
    publish(&brokers, "b", "ad.v1.DeliveryRecorded", None).await;
    publish(&brokers, "c", "shop.v1.Sold", Some(b"\x01")).await;

    let records = read(&brokers, TOPIC).await.expect("the records");
    let by_key = |key: &str| records.iter().find(|record| record.key == key).expect("the record");
    assert_eq!(records.len(), 3, "{records:?}");
    let expected = serde_json::json!({
        "kind": "DELIVERY_KIND_CLICK",
        "headline": "한강에서 5km",
        "charge": { "micros": 420_000_000, "currency_code": "KRW" },
    });
    assert_eq!(by_key("a").payload, Some(expected));
    assert_eq!((by_key("b").payload.as_ref(), by_key("b").bytes), (None, None), "a tombstone");
    assert_eq!(by_key("c").payload, Some("AQ==".into()));
    assert_eq!(by_key("c").undecoded.as_deref(), Some("shop.v1.Sold is no message of the contracts"));
}

#[tokio::test]
async fn a_topic_that_does_not_exist_is_not_created_by_looking_at_it() {
    let broker = EmbeddedBroker::start().expect("a broker");
    for _ in 0..2 {
        let error = read(&broker.brokers(), "ad.delivry.v1").await.expect_err("no such topic").to_string();
        assert_eq!(error, "the topic ad.delivry.v1 does not exist: the broker has none");
    }
}

#[tokio::test]
async fn an_empty_topic_has_no_records() {
    let broker = EmbeddedBroker::start().expect("a broker");
    broker.create_topic(TOPIC).expect("created");
    assert_eq!(read(&broker.brokers(), TOPIC).await.expect("the topic"), []);
}

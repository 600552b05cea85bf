//! A dead letter is larger than its event, because of its headers.

use std::time::Duration;

use chassis::config;
use opentelemetry::global;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::Registry;
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    message::{Header, Headers, Message, OwnedHeaders, OwnedMessage},
    mocking::MockCluster,
    producer::{FutureProducer, FutureRecord},
    types::RDKafkaRespErr,
};

use crate::{failure::consume_until_notes, world::World};

const TOPIC: &str = "login.session.v1";
const DEAD_LETTERS: &str = "chassis.login.session.v1.dlq";

/// A producer sends it, but not with the headers of a dead letter.
const NEARLY_TOO_LARGE: usize = 999_900;

async fn send(world: &World, payload: &[u8], headers: OwnedHeaders) {
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", world.kafka.kafka_brokers.to_string())
        .create()
        .expect("a producer");
    let topic = format!("{}{TOPIC}", world.kafka.topic_prefix);
    let record = FutureRecord::to(&topic).key("s").payload(payload).headers(headers);
    producer.send(record, Duration::from_secs(20)).await.map_err(|(error, _)| error).expect("sent");
}

/// The first dead letter.
async fn dead_letter(world: &World) -> OwnedMessage {
    let reader: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", world.kafka.kafka_brokers.to_string())
        .set("group.id", "test")
        .create()
        .expect("a consumer");
    let topic = format!("{}{DEAD_LETTERS}", world.kafka.topic_prefix);
    let mut position = TopicPartitionList::new();
    // The mock cluster creates a topic with 4 partitions.
    for partition in 0..4 {
        position.add_partition_offset(&topic, partition, Offset::Beginning).expect("a position");
    }
    reader.assign(&position).expect("assigned");
    support::eventually("a dead letter", || async { Some(reader.poll(Duration::from_millis(100))?.ok()?.detach()) })
        .await
}

fn header<'a>(message: &'a OwnedMessage, name: &str) -> Option<&'a str> {
    let found = message.headers()?.iter().find(|header| header.key == name)?;
    found.value.map(|value| std::str::from_utf8(value).expect("text"))
}

#[tokio::test]
async fn a_dead_letter_that_does_not_fit_refers_to_its_event() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let forged = OwnedHeaders::new().insert(Header { key: "dlq_from", value: Some("forged/0/0") });
    send(&world, &[0xff; NEARLY_TOO_LARGE], forged).await;
    world.publish("s", "after").await;
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["after"]);

    let letter = dead_letter(&world).await;
    let from = header(&letter, "dlq_from").expect("an origin");
    assert!(from.starts_with(&format!("{}{TOPIC}/", world.kafka.topic_prefix)) && from.ends_with("/0"), "{from}");
    assert_eq!(header(&letter, "dlq_size"), Some("999900"));
    assert_eq!(header(&letter, "dlq_error"), Some("invalid event: header ce_specversion is missing"));
    assert_eq!(letter.payload(), Some(&[0xff; 1000][..]), "an excerpt");
}

#[tokio::test]
async fn a_dead_letter_that_refers_to_its_event_is_replayed_from_the_topic() {
    let name = "a_dead_letter_that_refers_to_its_event_is_replayed_from_the_topic";
    let Some(kafka) = support::real_kafka(name) else { return };
    let world = World::on(kafka).await;
    world.create_topics().await;
    let headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", "018f0000-0000-7000-8000-000000000001"),
        ("ce_type", "login.v1.SessionChanged"),
        ("ce_source", "login"),
        ("ce_time", "2026-11-30T12:00:00Z"),
        ("ce_tenantid", &world.tenant.to_string()),
    ]
    .iter()
    .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(*value) }));
    let mut event = world.event("s", "fails at first");
    event.user_id = "x".repeat(999_640);
    send(&world, &prost::Message::encode_to_vec(&event), headers).await;
    world.publish("s", "the fix").await;
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["the fix"]);
    let letter = dead_letter(&world).await;
    assert!(header(&letter, "dlq_size").is_some(), "the test needs an event whose dead letter does not fit");

    world.consumer().replay(None).await.expect("replayed");
    assert_eq!(world.notes().await, ["the fix", "fails at first"]);

    // An operator can replay an event from its place, too: here it is a duplicate.
    world.consumer().replay_event(header(&letter, "dlq_from").expect("an origin")).await.expect("replayed");
    assert_eq!(world.notes().await.len(), 2);
    let gone = format!("{}{TOPIC}/0/999", world.kafka.topic_prefix);
    let refused = world.consumer().replay_event(&gone).await.expect_err("no such event").to_string();
    assert_eq!(refused, format!("the event {gone} is not retained any more"));
}

#[tokio::test]
async fn a_dead_letter_that_cannot_be_written_is_counted_and_does_not_block() {
    let registry = Registry::new();
    let reader = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build().expect("a reader");
    global::set_meter_provider(SdkMeterProvider::builder().with_reader(reader).build());
    let cluster = MockCluster::new(1).expect("a mock cluster");
    let kafka = config::Kafka {
        kafka_brokers: cluster.bootstrap_servers().parse().expect("host:port"),
        topic_prefix: "".into(),
    };
    let world = World::on(kafka).await;
    let refused = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
    cluster.topic_error(DEAD_LETTERS, refused).expect("set");
    for device in ["invalid", "after"] {
        world.publish("s", device).await;
    }
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["after"]);

    let metrics = registry.gather();
    let failed = metrics.iter().find(|family| family.name() == "messaging_client_dead_letters_failed_total");
    let of_topic = failed
        .expect("the metric")
        .get_metric()
        .iter()
        .find(|metric| metric.get_label().iter().any(|label| label.value() == TOPIC));
    assert_eq!(of_topic.expect("the topic").get_counter().get_value(), 1.0);
    for name in ["messaging_process_delay_seconds", "inbox_oldest_age"] {
        assert!(metrics.iter().any(|family| family.name() == name), "{name}");
    }
}

//! The settings of ad in tests.

use ad::{
    config::{Checks, Client, Config},
    domain::creative::Reviewer,
};
use chassis::config::{self, LogFormat, SecretKey};

pub(crate) fn config(database: config::Database, issuer: config::Issuer, ad_review: Reviewer) -> Config {
    let any = "127.0.0.1:0".parse().expect("an address");
    Config {
        addresses: config::ListenAddrs { http_addr: any, grpc_addr: any, ops_addr: any },
        database,
        // No broker: tests read the outbox, and pass events to the consumer.
        kafka: config::Kafka { kafka_brokers: "127.0.0.1:9".parse().expect("an address"), topic_prefix: String::new() },
        issuer,
        lifecycle: config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 },
        telemetry: config::Telemetry { log_format: LogFormat::Pretty, otel_exporter_otlp_endpoint: None },
        ad_public_url: "http://ad.test".parse().expect("an address"),
        ad_link_secret: vec![SecretKey::from([7; 32])],
        ad_review,
        client: Client {
            ad_client_id: "ad".into(),
            ad_client_secret: "ad-secret".into(),
            ad_session_secret: SecretKey::from([8; 32]),
        },
        checks: Checks { ad_index_compare_seconds: 300, ad_reconcile_seconds: None },
    }
}

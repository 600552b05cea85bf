//! Settings of a test's login.

use chassis::config;
use login::{clients_file::FirstParty, config::Config, mail::setting::MailSetting};
use support::TestDatabase;

use crate::harness::ISSUER;

const CLIENTS: &str = r#"{"clients":[
    {"client_id":"public","client_name":"Public","grant_types":["authorization_code","refresh_token"],
     "redirect_uris":["http://127.0.0.1:9999/callback"],"post_logout_redirect_uris":["http://127.0.0.1:9999/bye"]},
    {"client_id":"confidential","client_name":"Confidential","client_secret":"hush",
     "grant_types":["authorization_code","refresh_token","client_credentials"],
     "redirect_uris":["http://127.0.0.1:9999/callback"],"resources":["https://reports.product.example/api"]},
    {"client_id":"product","client_name":"Product","client_secret":"hush","grant_types":["client_credentials"],
     "scope":"api internal"},
    {"client_id":"native","client_name":"Native","grant_types":["authorization_code"],
     "redirect_uris":["http://127.0.0.1/cb","http://127.0.0.1:80/p80"]}
]}"#;

pub(crate) fn settings(database: &TestDatabase) -> Config {
    Config {
        addresses: config::ListenAddrs {
            http_addr: ([127, 0, 0, 1], 0).into(),
            grpc_addr: ([127, 0, 0, 1], 0).into(),
            ops_addr: ([127, 0, 0, 1], 0).into(),
        },
        database: database.config(),
        kafka: config::Kafka { kafka_brokers: "127.0.0.1:9".parse().expect("an address"), topic_prefix: String::new() },
        issuer: config::Issuer { login_public_url: ISSUER.parse().expect("an address"), login_backchannel_url: None },
        proxies: config::Proxies { trusted_proxies: "127.0.0.1".parse().expect("a network") },
        lifecycle: config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 },
        telemetry: config::Telemetry { log_format: config::LogFormat::Pretty, otel_exporter_otlp_endpoint: None },
        login_clients_file: FirstParty::parse(CLIENTS).expect("valid clients"),
        login_key_secret: [7; 32].into(),
        login_mail: MailSetting::Dev,
        login_mail_from: None,
    }
}

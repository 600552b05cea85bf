//! The settings of the replicas, and what people change meanwhile.

use std::process::Output;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{
    config::{Kafka, LogFormat, Telemetry},
    migrate,
};
use reqwest::{Client, Method};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::process::Command;

use super::{Advertised, World, has_total_budget};
use crate::{harness::TestApp, requests::money};

/// Creates the topics of ad, as `ad migrate` does.
pub(super) async fn create_topics(test: &TestApp, kafka: &Kafka) {
    let database = test.database.config();
    let arguments = migrate::Arguments {
        migrate_database_url: test.database.url("owner"),
        database_url: Some(database.database_url),
        worker_database_url: Some(database.worker_database_url),
        topics: migrate::Topics::Only,
        kafka_brokers: Some(kafka.kafka_brokers.clone()),
        topic_replication: 1,
        topic_prefix: kafka.topic_prefix.clone(),
        telemetry: Telemetry { log_format: LogFormat::Pretty, otel_exporter_otlp_endpoint: None },
    };
    migrate::run(arguments, &ad::app::schema()).await.expect("topics");
}

/// The variables of a replica, but for its addresses: the settings of `test`, and the broker.
pub(super) fn environment(test: &TestApp, kafka: &Kafka) -> Vec<(String, String)> {
    let config = &test.app.config;
    let key = |bytes: &[u8; 32]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    [
        ("DATABASE_URL", config.database.database_url.expose_secret().to_owned()),
        ("WORKER_DATABASE_URL", config.database.worker_database_url.expose_secret().to_owned()),
        ("KAFKA_BROKERS", kafka.kafka_brokers.to_string()),
        ("TOPIC_PREFIX", kafka.topic_prefix.clone()),
        ("LOGIN_PUBLIC_URL", config.issuer.login_public_url.to_string()),
        ("AD_PUBLIC_URL", config.ad_public_url.to_string()),
        ("AD_LINK_SECRET", key(config.ad_link_secret[0].bytes())),
        ("AD_REVIEW", "rule".to_owned()),
        ("AD_CLIENT_SECRET", config.client.ad_client_secret.expose_secret().to_owned()),
        ("AD_SESSION_SECRET", key(config.client.ad_session_secret.bytes())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// A campaign whose budget its advertiser has lowered during the traffic.
pub(super) struct Lowered {
    pub(super) campaign: uuid::Uuid,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// To two clicks a day.
    Daily,
    /// To three clicks; micros that were charged when the answer came.
    Total { charged: i64 },
}

/// Lowers the daily budgets of five campaigns, and the total budgets of three, one after the other.
pub(super) async fn lower_budgets(world: &World, bases: &[String]) -> Vec<Lowered> {
    let mut lowered = vec![];
    for (number, advertised) in world.campaigns.iter().enumerate() {
        let campaign = advertised.campaign.as_uuid();
        if number % 4 == 1 {
            change(bases, advertised, &json!({ "daily_budget": money(200, "KRW") })).await;
            lowered.push(Lowered { campaign, kind: Kind::Daily });
        } else if has_total_budget(number) && number % 8 == 0 {
            change(bases, advertised, &json!({ "total_budget": money(300, "KRW") })).await;
            let charged =
                sqlx::query_scalar("SELECT coalesce(sum(price_micros), 0)::bigint FROM charge WHERE campaign_id = $1");
            let charged = charged.bind(campaign).fetch_one(&world.test.superuser).await.expect("a sum");
            lowered.push(Lowered { campaign, kind: Kind::Total { charged } });
        }
    }
    lowered
}

/// Changes a campaign by the API of any replica, as a client that repeats a failed request.
async fn change(bases: &[String], Advertised { advertiser, campaign }: &Advertised, body: &Value) {
    let client = Client::new();
    let mut urls = bases.iter().map(|base| format!("{base}/v1/campaigns/{campaign}")).cycle();
    support::eventually("the change of a budget", || {
        let url = urls.next().expect("a replica");
        let request = |method| client.request(method, &url).bearer_auth(&advertiser.admin_token);
        let (read, change) = (request(Method::GET), request(Method::PATCH).json(body));
        async move {
            let tag = read.send().await.ok()?.headers().get("etag")?.clone();
            change.header("If-Match", tag).send().await.ok()?.status().is_success().then_some(())
        }
    })
    .await;
}

/// Runs `ad admin reconcile`, at the present time.
pub(super) async fn reconcile(environment: &[(String, String)]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ad"));
    command.args(["admin", "reconcile"]).envs(environment.iter().cloned());
    let Output { status, stdout, stderr } = command.output().await.expect("a process");
    let text = String::from_utf8_lossy;
    assert!(status.success(), "{status}\n{}{}", text(&stdout), text(&stderr));
}

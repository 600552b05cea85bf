//! Money under fault with processes and a broker: three replicas of ad, of which one after the other is killed, connections to
//! Postgres and Kafka that are cut, links that are opened several times in any order, budgets that are lowered meanwhile, and a
//! midnight. `AD_FAULT_SEED` repeats the choices of a run.

use std::sync::Arc;

use ad::domain::{campaign::CampaignId, creative::Reviewer, serve::Serve};
use chassis::{clock::Clock, config::Kafka};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use serde_json::json;
use support::Issuer;

use self::{faults::Faults, replica::Replica, traffic::Traffic};
use crate::{
    dice::Dice,
    harness::{Tenant, TestApp},
    requests::money,
};

mod checks;
mod faults;
mod replica;
mod settings;
mod topics;
mod traffic;

const CAMPAIGNS: usize = 20;
/// Served ads of a campaign on each day. A daily budget pays for three.
const SERVES: usize = 5;
/// From the start of the traffic to midnight. A lowered daily budget still counts for links of the ten seconds after it.
const TO_MIDNIGHT: chrono::Duration = chrono::Duration::seconds(25);
/// At the end, the minute of the last click is over.
const TO_THE_END: chrono::Duration = chrono::Duration::seconds(120);

struct Advertised {
    advertiser: Tenant,
    campaign: CampaignId,
}

struct World {
    test: TestApp,
    kafka: Kafka,
    viewer: Tenant,
    campaigns: Vec<Advertised>,
    /// The distance of the test's time from the present one.
    shift: chrono::Duration,
    midnight: DateTime<Utc>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn money_is_exact_while_processes_and_connections_end_across_a_midnight() {
    let Some(kafka) = support::real_kafka("money under fault") else { return };
    let seed = seed();
    println!("AD_FAULT_SEED={seed}");
    let world = World::start(kafka).await;
    let (proxied, proxy) = support::proxied_kafka(&world.kafka).await;
    let (environment, proxy) = (settings::environment(&world.test, &proxied), Arc::new(proxy));
    let replicas = join_all((1..=3).map(|number| Replica::start(number, &environment, world.shift))).await;
    let bases: Vec<_> = replicas.iter().map(|replica| replica.base.clone()).collect();
    let traffic = Traffic::new(bases.clone(), seed);
    let pace = (traffic.answers(), Dice::new(seed));
    let faults = Faults::start(replicas, world.shift, proxy.clone(), world.test.superuser.clone(), pace);

    let mut dice = Dice::new(seed);
    let first_day = world.serves();
    let first_links = traffic::links(&world.test, &first_day, &mut dice);
    let before_midnight = async {
        traffic.open_all(&first_links).await;
        while world.test.clock.now() < world.midnight {
            traffic.open_all(&first_links).await;
        }
    };
    let ((), lowered) = tokio::join!(before_midnight, settings::lower_budgets(&world, &bases));
    let second_day = world.serves();
    let second_links = traffic::links(&world.test, &second_day, &mut dice);
    traffic.open_all(&second_links).await;

    let (mut replicas, number) = faults.end().await;
    println!("{number:?}");
    assert!(number.kills >= 5 && number.sessions >= 50 && number.broker_connections >= 50, "{number:?}");
    // A click that came before its impression, or whose impression was lost, is opened once more.
    for kind in ["/i/", "/c/"] {
        let all = first_links.iter().chain(second_links.iter());
        traffic.open_all(&all.filter(|link| link.starts_with(kind)).cloned().collect()).await;
    }
    for replica in &mut replicas {
        replica.kill_and_restart(world.shift + TO_THE_END).await;
    }
    checks::check(&world, &second_day, &lowered).await;
    settings::reconcile(&environment).await;
}

fn seed() -> u64 {
    let chosen = std::env::var("AD_FAULT_SEED").ok().map(|seed| seed.parse().expect("AD_FAULT_SEED is a number"));
    chosen.unwrap_or_else(|| Clock::system().now().timestamp_micros().unsigned_abs())
}

impl World {
    async fn start(kafka: Kafka) -> Self {
        let midnight = last_midnight_in_seoul();
        // All of it was before the present, so that `ad admin reconcile` finds it in this month or the one before.
        let shift = midnight - TO_MIDNIGHT - Clock::system().now();
        let clock = Clock::shifted(shift);
        let issuer = Issuer::start_at(clock.clone()).await;
        let test = TestApp::with(issuer.config(), issuer, clock, Reviewer::Rule).await;
        settings::create_topics(&test, &kafka).await;
        let advertisers = [test.tenant("Hangang", "KRW").await, test.tenant("Namsan", "KRW").await];
        let viewer = test.tenant("Acme", "KRW").await;
        let mut campaigns = vec![];
        for number in 0..CAMPAIGNS {
            let advertiser = advertisers[number % 2].clone();
            let mut budgets = json!({ "bid": money(100, "KRW"), "daily_budget": money(350, "KRW") });
            if has_total_budget(number) {
                budgets["total_budget"] = money(550, "KRW");
            }
            let campaign = test.campaign(&advertiser, budgets).await;
            campaigns.push(Advertised { advertiser, campaign });
        }
        Self { test, kafka, viewer, campaigns, shift, midnight }
    }

    /// Serves each campaign to the viewer, now.
    fn serves(&self) -> Vec<Serve> {
        let serve = |it: &Advertised| self.test.serve(&self.viewer, &it.advertiser, it.campaign, 100);
        (0..SERVES).flat_map(|_| self.campaigns.iter().map(serve)).collect()
    }
}

fn has_total_budget(number: usize) -> bool {
    number.is_multiple_of(4)
}

/// The start of the present day in Seoul, which has no daylight saving time.
fn last_midnight_in_seoul() -> DateTime<Utc> {
    let nine = chrono::Duration::hours(9);
    let local = Clock::system().now() + nine;
    local.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() - nine
}

//! Checks after the faults: budgets, ledger, topics and usage agree.

use std::collections::BTreeMap;

use ad::domain::serve::Serve;
use contracts::ad::v1::{DeliveryRecorded, UsageRecorded};
use serde_json::Value;
use uuid::Uuid;

use super::{
    CAMPAIGNS, SERVES, World, has_total_budget,
    settings::{Kind, Lowered},
    topics,
};

const CLICK: i64 = 100_000_000;

pub(super) async fn check(world: &World, second_day: &[Serve], lowered: &[Lowered]) {
    published(world).await;
    budgets(world, second_day, lowered).await;
    let (test, kafka) = (&world.test, &world.kafka);
    let charged = test.count("SELECT sum(price_micros)::bigint FROM charge").await;
    let charges = test.count("SELECT count(*) FROM charge").await;
    assert_eq!(test.count("SELECT count(DISTINCT serve_id) FROM charge").await, charges, "an entry a link");
    assert_eq!(test.count("SELECT sum(spent_micros)::bigint FROM campaign_day").await, charged);
    let serves = i64::try_from(2 * CAMPAIGNS * SERVES).expect("a number");
    for kind in ["impression", "click"] {
        let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM delivery WHERE kind = $1")
            .bind(kind)
            .fetch_one(&test.superuser)
            .await
            .expect("a number");
        assert_eq!(counted, serves, "each link of {kind}s was counted once");
    }

    let deliveries = topics::events::<DeliveryRecorded>(kafka).await;
    assert_eq!(deliveries.len() as i64, 2 * serves);
    assert_eq!(deliveries.iter().filter_map(|event| event["charge"]["micros"].as_i64()).sum::<i64>(), charged);
    let mut usage: BTreeMap<String, i64> = BTreeMap::new();
    for event in topics::events::<UsageRecorded>(kafka).await {
        let record = &event["record"];
        *usage.entry(text(&record["metric"])).or_default() += record["quantity"].as_i64().expect("a number");
    }
    let expected = [("ad.clicks", charges), ("ad.impressions", serves), ("ad.spend", charged)];
    assert_eq!(usage, expected.map(|(metric, quantity)| (metric.to_owned(), quantity)).into());
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Waits until all is rolled up and published.
async fn published(world: &World) {
    support::eventually("the roll-up and the publication of all", async || {
        let left = "SELECT (SELECT count(*) FROM usage_unit WHERE roll_up_id IS NULL)
                    + (SELECT count(*) FROM outbox WHERE published_at IS NULL)";
        (world.test.count(left).await == 0).then_some(())
    })
    .await;
}

/// Micros that were charged to a campaign on each day, and for the links of the second day.
struct Spent {
    days: Vec<i64>,
    second_links: i64,
}

async fn spent(world: &World, campaign: Uuid, second_day: &[Uuid]) -> Spent {
    let days = sqlx::query_scalar(
        "SELECT sum(price_micros)::bigint FROM charge WHERE campaign_id = $1 GROUP BY day ORDER BY day",
    );
    let second_links = sqlx::query_scalar(
        "SELECT coalesce(sum(price_micros), 0)::bigint FROM charge WHERE campaign_id = $1 AND serve_id = ANY ($2)",
    );
    let superuser = &world.test.superuser;
    Spent {
        days: days.bind(campaign).fetch_all(superuser).await.expect("sums"),
        second_links: second_links.bind(campaign).bind(second_day).fetch_one(superuser).await.expect("a sum"),
    }
}

/// No budget is overspent, and no fault takes a part of one: each is used to its end.
async fn budgets(world: &World, second_day: &[Serve], lowered: &[Lowered]) {
    let second_day: Vec<_> = second_day.iter().map(|serve| serve.serve_id.as_uuid()).collect();
    for (number, advertised) in world.campaigns.iter().enumerate() {
        let campaign = advertised.campaign.as_uuid();
        let Spent { days, second_links } = spent(world, campaign, &second_day).await;
        let total: i64 = days.iter().sum();
        assert!(days.iter().all(|day| *day <= 3 * CLICK), "campaign {number}: {days:?}");
        let changed = lowered.iter().find(|lowered| lowered.campaign == campaign).map(|lowered| &lowered.kind);
        match changed {
            Some(Kind::Daily) => {
                assert!(second_links <= 2 * CLICK, "campaign {number}: {second_links} after its budget was lowered");
                assert!(days.last() >= Some(&(2 * CLICK)), "campaign {number}: {days:?}");
            }
            Some(Kind::Total { charged }) => {
                assert!(total <= (*charged).max(3 * CLICK), "campaign {number}: {total} after {charged}");
                assert!(total >= 3 * CLICK, "campaign {number}: {total}");
            }
            None if has_total_budget(number) => {
                assert!(total <= 5 * CLICK, "campaign {number}: {days:?}");
                assert!(total == 5 * CLICK || days.last() == Some(&(3 * CLICK)), "campaign {number}: {days:?}");
            }
            None => assert_eq!(days.last(), Some(&(3 * CLICK)), "campaign {number}: {days:?}"),
        }
    }
    assert_eq!(world.test.count("SELECT count(DISTINCT day) FROM charge").await, 2);
}

//! The CPU time that ad needs to follow the charges of 100 clicks a second, at 100,000 campaigns.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{
    server::{cpu, metric},
    world::World,
};
use crate::{figure::Figure, steady::Steady};

const CAMPAIGNS: u32 = 100_000;
const CLICKS_A_SECOND: u32 = 100;
const FOR: Duration = Duration::from_secs(15);

pub(super) async fn measure(world: &World) -> Result<Vec<Figure>> {
    world.campaigns(CAMPAIGNS).await?;
    let idle = used(world, async || Ok(())).await?;
    let changes_before = changes(world).await?;
    let changed = used(world, async || {
        let database = world.database.clone();
        let charge = move || {
            let database = database.clone();
            async move {
                // What a charge changes of a campaign, without the requests of a click.
                sqlx::query(
                    "WITH one AS (
                         SELECT campaign_id, tenant_id FROM campaign WHERE campaign_id >= gen_random_uuid()
                         ORDER BY campaign_id LIMIT 1
                     ), spending AS (
                         INSERT INTO campaign_day AS known (campaign_id, day, tenant_id, spent_micros)
                         SELECT campaign_id, current_date, tenant_id, 100000000 FROM one
                         ON CONFLICT (campaign_id, day) DO UPDATE SET spent_micros = known.spent_micros + excluded.spent_micros
                     ), entry AS (
                         INSERT INTO charge (charge_id, tenant_id, campaign_id, serve_id, day, price_micros, currency_code,
                             occurred_at)
                         SELECT gen_random_uuid(), tenant_id, campaign_id, gen_random_uuid(), current_date, 100000000, 'KRW', now()
                         FROM one
                     )
                     UPDATE campaign SET version = version + 1 FROM one WHERE campaign.campaign_id = one.campaign_id",
                )
                .execute(&database)
                .await?;
                Ok(())
            }
        };
        let steady = Steady::begin(Duration::from_secs(1) / CLICKS_A_SECOND, charge);
        tokio::time::sleep(FOR).await;
        let answers = steady.end().await?;
        ensure!(answers.failed.is_empty(), "a charge failed: {}", answers.failed[0]);
        Ok(())
    })
    .await?;
    let changes = changes(world).await? - changes_before;
    let charges = FOR.as_secs_f64() * f64::from(CLICKS_A_SECOND);
    ensure!(changes > charges / 2.0, "the index followed {changes} of {charges} charges");
    // All of ad's CPU time, with that of its idle workers: without requests, little else is in it.
    let [share, idle_share] = [changed, idle].map(|used| used.as_secs_f64() / FOR.as_secs_f64());
    let a_change = changed.as_secs_f64() * 1000.0 / changes;
    let of = "ad without clicks";
    Ok(vec![
        Figure::new("index.upkeep_core_share", (share, "of a core"), share / idle_share, of),
        Figure::new("index.change_cpu_ms", (a_change, "ms"), a_change, "1 ms"),
    ])
}

/// The changes of campaigns that the index followed.
async fn changes(world: &World) -> Result<f64> {
    Ok(metric(&world.ad, "ad_index_changes_total").await?.unwrap_or_default())
}

/// The CPU time of ad during `work`, or during the same time without any.
async fn used(world: &World, work: impl AsyncFn() -> Result<()>) -> Result<Duration> {
    let (before, began) = (cpu(world.ad.pid()?)?, std::time::Instant::now());
    work().await?;
    tokio::time::sleep(FOR.saturating_sub(began.elapsed())).await;
    Ok(cpu(world.ad.pid()?)? - before)
}

//! Charged clicks a second, on many campaigns and on one, compared with pgbench and the same statements.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result, ensure};
use chassis::id::{TenantId, UserId};
use reqwest::{Client, redirect::Policy};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    pgbench::{self, Campaigns},
    server::Server,
    world::{Caller, SLOTS, World},
};
use crate::{
    figure::{Figure, median},
    rounds::Rounds,
};

const CAMPAIGNS: u32 = 10_000;
/// Fewer than the connections of ad to its database.
const AT_ONCE: usize = 8;
/// Campaigns that pgbench charges.
const SPREAD: u32 = 1000;
const ROUNDS: usize = 3;
const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const PGBENCH: &str = "pgbench with the same statements";

pub(super) async fn measure(world: &World, clicks: u32) -> Result<Vec<Figure>> {
    world.campaigns(CAMPAIGNS).await?;
    let (tenant, viewer) = *world.people().first().context("people")?;
    let hot = hot_campaign(&world.database, tenant).await?;
    let one_person = world.caller_of(&Server::Ad(&world.ad), &[(tenant, viewer)]).await?;
    // Until the index has the campaign, another one wins.
    while one_person.select(1).await?.ads.first().is_none_or(|ad| ad.campaign_id != hot.to_string()) {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    numbered_campaigns(&world.database, tenant).await?;
    let many_people = world.caller().await?;
    let (mut rates, parts) = ([const { vec![] }; 4], clicks.div_ceil(u32::try_from(ROUNDS)?));
    for round in 0..ROUNDS {
        let serves = u32::try_from(round)? * 2 * parts;
        rates[0].push(charged(world, &many_people, SLOTS, parts).await?);
        rates[1].push(bare(world, (tenant, viewer), SPREAD, (serves, parts)).await?);
        rates[2].push(charged(world, &one_person, 1, parts).await?);
        rates[3].push(bare(world, (tenant, viewer), 1, (serves + parts, parts)).await?);
    }
    let [spread, bare_spread, on_one, bare_on_one] = rates.map(median);
    let figure = |name, rate: f64, bare: f64| Figure::new(name, (rate, "/s"), rate / bare, PGBENCH);
    Ok(vec![
        Figure::new("click.throughput_ratio", (spread / bare_spread, ""), spread / bare_spread, PGBENCH),
        figure("click.per_second", spread, bare_spread),
        figure("click.one_campaign.per_second", on_one, bare_on_one),
    ])
}

/// Adds a campaign that wins each auction of its tenant.
async fn hot_campaign(database: &PgPool, tenant: TenantId) -> Result<Uuid> {
    let sql = "INSERT INTO campaign (campaign_id, tenant_id, name, headline, body, landing_url, locale, interests, bid_micros,
                   daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at)
               VALUES (gen_random_uuid(), $1, 'Hot', 'Hot', '', 'https://travel.example', 'ko', '{}', 100000000000,
                   1000000000000000, 'KRW', false, 'active', 1, now(), now())
               RETURNING campaign_id";
    Ok(sqlx::query_scalar(sql).bind(tenant.as_uuid()).fetch_one(database).await?)
}

/// Adds the campaigns that pgbench charges. They are paused for ad.
async fn numbered_campaigns(database: &PgPool, tenant: TenantId) -> Result<()> {
    let sql = "INSERT INTO campaign (campaign_id, tenant_id, name, headline, body, landing_url, locale, interests, bid_micros,
                   daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at)
               SELECT ('00000000-0000-7000-9000-' || lpad(number::text, 12, '0'))::uuid, $1, 'Numbered', 'Numbered', '',
                   'https://travel.example', 'ko', '{}', 1000000000, 1000000000000000, 'KRW', false, 'paused', 1, now(), now()
               FROM generate_series(1, $2::int) AS number";
    sqlx::query(sql).bind(tenant.as_uuid()).bind(i32::try_from(SPREAD)?).execute(database).await?;
    Ok(())
}

/// Returns the charged clicks a second.
async fn charged(world: &World, caller: &Caller, slots: u32, clicks: u32) -> Result<f64> {
    let client = Client::builder().redirect(Policy::none()).user_agent(PERSON).build()?;
    let (ads, clicks) = (Mutex::new(vec![]), clicks as usize);
    let select = async || {
        let selected = caller.select(slots).await?.ads;
        ads.lock().map_err(|_| anyhow::anyhow!("a selection failed"))?.extend(selected);
        Ok(())
    };
    Rounds::default().add(clicks.div_ceil(slots as usize), AT_ONCE, select).await?;
    let ads = ads.into_inner()?;
    ensure!(ads.len() >= clicks, "only {} ads were selected", ads.len());
    let next = AtomicUsize::default();
    let impression = async || {
        let ad = &ads[next.fetch_add(1, Ordering::Relaxed)];
        client.get(&ad.impression_url).send().await?.error_for_status()?;
        Ok(())
    };
    Rounds::default().add(clicks, AT_ONCE, impression).await?;

    let before = charges(&world.database).await?;
    let next = AtomicUsize::default();
    let click = async || {
        let ad = &ads[next.fetch_add(1, Ordering::Relaxed)];
        let status = client.get(&ad.click_url).send().await?.status();
        ensure!(status == 303, "a click was answered with {status}");
        Ok(())
    };
    let mut rounds = Rounds::default();
    rounds.add(clicks, AT_ONCE, click).await?;
    let charged = charges(&world.database).await? - before;
    ensure!(usize::try_from(charged)? == clicks, "{charged} of {clicks} clicks were charged");
    Ok(rounds.rate())
}

async fn charges(database: &PgPool) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM charge").fetch_one(database).await?)
}

/// Returns the clicks a second of pgbench, for serves with numbers after `first` of each of its connections.
async fn bare(
    world: &World,
    (tenant, viewer): (TenantId, UserId),
    count: u32,
    (first, clicks): (u32, u32),
) -> Result<f64> {
    // A click needs an impression.
    sqlx::query(
        "INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, viewer_user_id, advertiser_tenant_id, campaign_id,
             placement, occurred_at)
         SELECT ('00000000-0000-7000-8000-' || lpad((client * 1000000 + number)::text, 12, '0'))::uuid, 'impression',
             gen_random_uuid(), $1, $2, $1, '00000000-0000-7000-9000-000000000001', 'mypage.home', now()
         FROM generate_series(0, $3 - 1) AS client, generate_series($4 + 1, $4 + $5) AS number",
    )
    .bind(tenant.as_uuid())
    .bind(viewer.as_uuid())
    .bind(i32::try_from(AT_ONCE)?)
    .bind(i32::try_from(first)?)
    .bind(i32::try_from(clicks)?)
    .execute(&world.database)
    .await?;
    let folder = world.ad.log.parent().context("a log is in a folder")?;
    let campaigns = Campaigns { tenant: tenant.as_uuid(), count, viewer: viewer.as_uuid() };
    pgbench::clicks_a_second(folder, &world.ad.app_database, &campaigns, (first, clicks, AT_ONCE)).await
}

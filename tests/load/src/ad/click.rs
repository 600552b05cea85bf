//! Charged clicks a second, on many campaigns and on one, compared with pgbench and the same statements.

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
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
use crate::{figure::Figure, rounds::Rounds};

const CAMPAIGNS: u32 = 10_000;
/// Fewer than the connections of ad to its database.
const AT_ONCE: usize = 8;
/// pgbench takes at most 128 scripts.
const SPREAD: usize = 100;
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
    let spread = charged(world, &world.caller().await?, SLOTS, clicks).await?;
    let on_one = charged(world, &one_person, 1, clicks).await?;

    let sql = "SELECT campaign_id FROM campaign WHERE tenant_id = $1 AND campaign_id <> $2 LIMIT $3";
    let many: Vec<Uuid> =
        sqlx::query_scalar(sql).bind(tenant.as_uuid()).bind(hot).bind(SPREAD as i64).fetch_all(&world.database).await?;
    let bare_spread = bare(world, (tenant, viewer), &many, clicks).await?;
    let bare_on_one = bare(world, (tenant, viewer), &[hot], clicks).await?;
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

/// Returns the clicks a second of pgbench.
async fn bare(world: &World, (tenant, viewer): (TenantId, UserId), ids: &[Uuid], clicks: u32) -> Result<f64> {
    // A click needs an impression. The scripts number the serves.
    sqlx::query("DELETE FROM delivery WHERE serve_id::text LIKE '00000000-0000-7000-8000-%'")
        .execute(&world.database)
        .await?;
    sqlx::query("DELETE FROM charge WHERE serve_id::text LIKE '00000000-0000-7000-8000-%'")
        .execute(&world.database)
        .await?;
    sqlx::query(
        "INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, viewer_user_id, advertiser_tenant_id, campaign_id,
             placement, occurred_at)
         SELECT ('00000000-0000-7000-8000-' || lpad((client * 1000000 + number)::text, 12, '0'))::uuid, 'impression',
             gen_random_uuid(), $1, $2, $1, $3, 'mypage.home', now()
         FROM generate_series(0, $4 - 1) AS client, generate_series(1, $5) AS number",
    )
    .bind(tenant.as_uuid())
    .bind(viewer.as_uuid())
    .bind(ids.first().context("a campaign")?)
    .bind(i32::try_from(AT_ONCE)?)
    .bind(i32::try_from(clicks)?)
    .execute(&world.database)
    .await?;
    let folder = world.ad.log.parent().map(Path::to_owned).context("a log is in a folder")?;
    let campaigns =
        Campaigns { tenant: tenant.as_uuid(), ids, viewer: viewer.as_uuid(), viewer_tenant: tenant.as_uuid() };
    pgbench::clicks_a_second(&folder, &world.ad.app_database, &campaigns, (clicks, AT_ONCE)).await
}

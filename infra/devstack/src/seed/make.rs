//! Creates missing tenants, people and campaigns.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{
    campaigns::{CAMPAIGNS, Campaign},
    http::{Answer, Api},
    people::{PASSWORD, Person, Tenant},
    sign_in,
};

/// Maximum time for the event of a new tenant from login to ad.
const CONSUMED_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(250);

/// What a tenant has.
pub(super) struct Made {
    /// Number of items that were created now.
    pub(super) items: usize,
    /// Whether its campaigns were charged before.
    pub(super) charged: bool,
}

/// Creates one tenant with its people and campaigns.
pub(super) async fn tenant(login: &Api, ad: &Api, tenant: &Tenant) -> Result<Made> {
    let mut made = usize::from(sign_up(login, tenant).await?);
    let token = sign_in::access_token(login, tenant.people[0].email, PASSWORD).await?;
    let (login, ad) = (login.with_token(&token), ad.with_token(&token));
    let members = login.list("/v1/members", "email").await?;
    for person in tenant.people.iter().filter(|person| !members.contains(person.email)) {
        invite(&login, tenant, person).await.with_context(|| person.email.to_owned())?;
        made += 1;
    }
    let there = ad.list("/v1/campaigns", "name").await?;
    let own = CAMPAIGNS.iter().filter(|campaign| campaign.tenant == tenant.slug);
    for campaign in own.filter(|campaign| !there.contains(campaign.name)) {
        advertise(&ad, tenant, campaign).await.with_context(|| campaign.name.to_owned())?;
        made += 1;
    }
    let charged = ad.has_any("/v1/charges").await?;
    login.sign_out().await?;
    Ok(Made { items: made, charged })
}

/// Signs the tenant up; `false` when it already exists.
async fn sign_up(login: &Api, tenant: &Tenant) -> Result<bool> {
    let admin = &tenant.people[0];
    let body = json!({
        "name": tenant.name,
        "slug": tenant.slug,
        "locale": tenant.locale,
        "time_zone": tenant.time_zone,
        "currency_code": tenant.currency_code,
        "admin": { "email": admin.email, "display_name": admin.display_name },
    });
    match login.post("/v1/tenants", &body).await? {
        answer if answer.is_accepted() => {}
        answer if answer.code() == "slug_taken" => return Ok(false),
        answer => bail!("signing up failed: {answer}"),
    }
    // An address that already has an account gets an e-mail without a verification link.
    let Some(token) = login.mailed_token(admin.email, "/verify/").await? else { return Ok(false) };
    let body = json!({ "token": token, "password": PASSWORD });
    login.post("/v1/tenants/verify", &body).await?.created("verifying the address")?;
    Ok(true)
}

async fn invite(login: &Api, tenant: &Tenant, person: &Person) -> Result<()> {
    let body = json!({ "email": person.email, "role": "member", "locale": tenant.locale });
    login.post("/v1/invitations", &body).await?.created("inviting")?;
    let token =
        login.mailed_token(person.email, "/invitations/").await?.context("the newest e-mail is no invitation")?;
    let body = json!({ "token": token, "display_name": person.display_name, "password": PASSWORD });
    login.post("/v1/invitations/accept", &body).await?.created("accepting the invitation")?;
    Ok(())
}

/// Creates a campaign. Retries until ad has consumed the event of the new tenant.
async fn advertise(ad: &Api, tenant: &Tenant, campaign: &Campaign) -> Result<()> {
    let body = campaign_body(tenant, campaign);
    let started = Instant::now();
    loop {
        let answer: Answer = ad.post("/v1/campaigns", &body).await?;
        if answer.code() != "tenant_not_known_yet" {
            answer.created("creating the campaign")?;
            return Ok(());
        }
        if started.elapsed() > CONSUMED_WITHIN {
            bail!(
                "ad has not consumed the event of the new tenant after {} s: see scripts/logs login and scripts/logs ad",
                CONSUMED_WITHIN.as_secs()
            );
        }
        tokio::time::sleep(POLL).await;
    }
}

fn campaign_body(tenant: &Tenant, campaign: &Campaign) -> Value {
    let money = |micros: i64| json!({ "micros": micros, "currency_code": tenant.currency_code });
    json!({
        "name": campaign.name,
        "headline": campaign.headline,
        "body": campaign.body,
        "landing_url": campaign.landing_url(),
        "locale": tenant.locale,
        "interests": campaign.interests,
        "bid": money(campaign.bid),
        "daily_budget": money(campaign.daily_budget),
        "open_to_all": campaign.open_to_all,
    })
}

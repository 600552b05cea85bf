//! Creates missing tenants, people and campaigns.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use url::Url;

use super::{
    campaigns::{CAMPAIGNS, Campaign},
    http::{Answer, Api},
    people::{PASSWORD, Person, Tenant},
    sign_in,
};
use crate::advertiser::landing_url;

/// Maximum time for the event of a new tenant from login to ad.
const CONSUMED_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(250);

/// The result for one tenant.
pub(super) struct Made {
    /// Number of items that were created now.
    pub(super) items: usize,
    /// Whether its campaigns were charged before.
    pub(super) charged: bool,
}

/// Creates one tenant with its people and campaigns.
pub(super) async fn tenant(login: &Api, ad: &Api, tenant: &Tenant, advertisers: &Url) -> Result<Made> {
    let mut made = usize::from(sign_up(login, tenant).await?);
    let token = sign_in::access_token(login, tenant.people[0].email, PASSWORD).await?;
    let (login, ad) = (login.with_token(&token), ad.with_token(&token));
    let members = login.list("/v1/members", "email").await?;
    for person in tenant.people.iter().filter(|person| !members.contains(person.email)) {
        invite(&login, tenant, person).await.with_context(|| person.email.to_owned())?;
        made += 1;
    }
    let there = ad.items("/v1/campaigns").await?;
    for campaign in CAMPAIGNS.iter().filter(|campaign| campaign.tenant == tenant.slug) {
        let landing_url = landing_url(advertisers, campaign);
        let (present, moved) = same_name(&there, campaign, &landing_url);
        for campaign_id in moved {
            let paused = ad.patch(&format!("/v1/campaigns/{campaign_id}"), &json!({ "status": "paused" })).await?;
            paused.ok(&format!("pausing the earlier {}", campaign.name))?;
        }
        if !present {
            let body = campaign_body(tenant, campaign, &landing_url);
            advertise(&ad, &body).await.with_context(|| campaign.name.to_owned())?;
            made += 1;
        }
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

/// Whether the campaign is there, and the ids of running ones that lead to another site: a landing URL cannot be changed.
fn same_name<'a>(there: &'a [Value], campaign: &Campaign, landing_url: &Url) -> (bool, Vec<&'a str>) {
    let same = there.iter().filter(|item| item["name"] == campaign.name);
    let (present, other): (Vec<_>, Vec<_>) = same.partition(|item| item["landing_url"] == landing_url.as_str());
    let running = other.into_iter().filter(|item| item["status"] == "active");
    (!present.is_empty(), running.filter_map(|item| item["campaign_id"].as_str()).collect())
}

/// Creates a campaign. Retries until ad has consumed the event of the new tenant.
async fn advertise(ad: &Api, body: &Value) -> Result<()> {
    let started = Instant::now();
    loop {
        let answer: Answer = ad.post("/v1/campaigns", body).await?;
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

fn campaign_body(tenant: &Tenant, campaign: &Campaign, landing_url: &Url) -> Value {
    let money = |micros: i64| json!({ "micros": micros, "currency_code": tenant.currency_code });
    json!({
        "name": campaign.name,
        "headline": campaign.headline,
        "body": campaign.body,
        "landing_url": landing_url.as_str(),
        "locale": tenant.locale,
        "interests": campaign.interests,
        "bid": money(campaign.bid),
        "daily_budget": money(campaign.daily_budget),
        "open_to_all": campaign.open_to_all,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_that_leads_to_another_site_is_replaced() {
        let campaign = &CAMPAIGNS[0];
        let url = landing_url(&Url::parse("http://localhost:8480").unwrap(), campaign);
        let item = |id: &str, name: &str, landing_url: &str, status: &str| json!({ "campaign_id": id, "name": name, "landing_url": landing_url, "status": status });
        let earlier = [
            item("1", campaign.name, "https://example.com/?from=hangang", "active"),
            item("2", campaign.name, "http://localhost:9480/hangang/x", "paused"),
            item("3", "Another", "https://example.com/", "active"),
        ];
        assert_eq!(same_name(&earlier, campaign, &url), (false, vec!["1"]));
        let present = [item("4", campaign.name, url.as_str(), "paused")];
        assert_eq!(same_name(&present, campaign, &url), (true, vec![]));
    }
}

//! Demo data: creates two tenants with their people and campaigns through the public HTTP APIs.
//!
//! It creates only missing data, so that a second run changes nothing.

pub mod campaigns;
mod endpoint;
mod form;
mod http;
mod make;
pub mod people;
mod sign_in;
mod visits;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use url::Url;

pub use self::endpoint::Endpoint;
use self::{campaigns::CAMPAIGNS, http::Api, people::TENANTS};
use crate::deployment::Deployment;

/// Maximum time until the products answer after their installation.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(500);

/// Creates missing demo data on this machine. Returns a description of the result.
///
/// The file `marker` is written at the end; if it is already there, nothing is looked up.
pub async fn run(deployment: &Deployment, marker: Option<&Path>) -> Result<String> {
    let (Ok(login), Ok(ad)) = (deployment.product("login"), deployment.product("ad")) else {
        return Ok("skipped: needs login and ad".to_owned());
    };
    let advertisers = Url::parse(&deployment.advertiser_url())?;
    let version = format!("{TENANTS:?}\n{CAMPAIGNS:?}\n{advertisers}\n");
    if marker.is_some_and(|marker| fs::read_to_string(marker).is_ok_and(|made| made == version)) {
        return Ok("already there".to_owned());
    }
    let endpoint = |product| Endpoint::on_this_machine(deployment, product);
    let mypage = deployment.product("mypage").ok().map(endpoint).transpose()?;
    let done = anywhere(Addresses { login: endpoint(login)?, ad: endpoint(ad)?, mypage, advertisers }).await?;
    if let Some(marker) = marker {
        fs::write(marker, version)?;
    }
    Ok(done)
}

/// Where the products and the advertisers' site are.
#[derive(Debug)]
pub struct Addresses {
    pub login: Endpoint,
    pub ad: Endpoint,
    /// Without it nobody sees or clicks an ad.
    pub mypage: Option<Endpoint>,
    /// URL of the advertisers' site in a browser.
    pub advertisers: Url,
}

/// Waits until the products answer, and creates missing demo data. Returns a description of the result.
pub async fn anywhere(addresses: Addresses) -> Result<String> {
    let Addresses { login, ad, mypage, advertisers } = addresses;
    let people = mypage.map(|mypage| visits::Products::new(&login, mypage, &ad)).transpose()?;
    let (login, ad) = (Api::new(login)?, Api::new(ad)?);
    for product in [&login, &ad] {
        wait_for(product).await?;
    }
    let (mut made, mut charged) = (0, false);
    for tenant in &TENANTS {
        let tenant = make::tenant(&login, &ad, tenant, &advertisers).await.with_context(|| tenant.slug.to_owned())?;
        made += tenant.items;
        charged |= tenant.charged;
    }
    let visits = match people {
        Some(products) if !charged => visit(&products).await,
        _ => String::new(),
    };
    Ok(match made {
        0 if visits.is_empty() => "already there".to_owned(),
        _ => format!("created: {made} tenants, people and campaigns{visits}"),
    })
}

/// Lets the demo's people visit. The system is complete without visits, so a failure is only described.
async fn visit(products: &visits::Products) -> String {
    let made = async {
        wait_for(&products.mypage).await?;
        visits::visit_all(products).await
    };
    match made.await {
        Ok(clicks) => format!(", {clicks} clicks"),
        Err(error) => format!("; nobody visits: {error:#}"),
    }
}

async fn wait_for(product: &Api) -> Result<()> {
    let started = Instant::now();
    while let Err(error) = product.answers().await {
        if started.elapsed() > ANSWER_WITHIN {
            bail!("no answer after {} s: {error:#}", ANSWER_WITHIN.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

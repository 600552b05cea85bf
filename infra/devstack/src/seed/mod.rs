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
    let (login, ad) = (Endpoint::on_this_machine(deployment, login)?, Endpoint::on_this_machine(deployment, ad)?);
    let done = anywhere(login, ad, &advertisers).await?;
    if let Some(marker) = marker {
        fs::write(marker, version)?;
    }
    Ok(done)
}

/// Waits until the two products answer, and creates missing demo data. Returns a description of the result.
///
/// `advertisers` is the URL of the advertisers' site in a browser.
pub async fn anywhere(login: Endpoint, ad: Endpoint, advertisers: &Url) -> Result<String> {
    let (login, ad) = (Api::new(login)?, Api::new(ad)?);
    for product in [&login, &ad] {
        wait_for(product).await?;
    }
    let mut made = 0;
    for tenant in &TENANTS {
        made += make::tenant(&login, &ad, tenant, advertisers).await.with_context(|| tenant.slug.to_owned())?;
    }
    Ok(if made == 0 { "already there".to_owned() } else { format!("created: {made} tenants, people and campaigns") })
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

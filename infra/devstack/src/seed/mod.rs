//! Demo data: two companies, their people and their campaigns, made through the public HTTP APIs as anyone would.
//!
//! It looks whether each thing is there first, so that a second run changes nothing.

pub mod campaigns;
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

use crate::{deployment::Deployment, product::Product};

/// How long products that have just been installed may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(500);

/// Where a product is.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where whoever makes the data reaches it.
    pub base: Url,
    /// Where people reach it: what a browser would send as `Origin`.
    pub public: Url,
}

impl Place {
    fn of(deployment: &Deployment, product: &Product) -> Result<Self> {
        let (base, public) = (deployment.local_url(product), deployment.public_url(product));
        Ok(Self { base: Url::parse(&base)?, public: Url::parse(&public)? })
    }
}

/// Makes what is missing on this machine; says in words what was done. `marker` is written at the end, and spares the
/// next run the look.
pub async fn run(deployment: &Deployment, marker: Option<&Path>) -> Result<String> {
    let (Ok(login), Ok(ad)) = (deployment.product("login"), deployment.product("ad")) else {
        return Ok("none: it needs login and ad".to_owned());
    };
    let version = format!("{TENANTS:?}\n{CAMPAIGNS:?}\n");
    if marker.is_some_and(|marker| fs::read_to_string(marker).is_ok_and(|made| made == version)) {
        return Ok("is there".to_owned());
    }
    let done = anywhere(Place::of(deployment, login)?, Place::of(deployment, ad)?).await?;
    if let Some(marker) = marker {
        fs::write(marker, version)?;
    }
    Ok(done)
}

/// Makes what is missing, wherever the two products are, once they answer; says in words what was done.
pub async fn anywhere(login: Place, ad: Place) -> Result<String> {
    let (login, ad) = (Api::new(login)?, Api::new(ad)?);
    for product in [&login, &ad] {
        wait_for(product).await?;
    }
    let mut made = 0;
    for tenant in &TENANTS {
        made += make::tenant(&login, &ad, tenant).await.with_context(|| tenant.slug.to_owned())?;
    }
    Ok(if made == 0 { "is there".to_owned() } else { format!("made: {made} companies, people and campaigns") })
}

async fn wait_for(product: &Api) -> Result<()> {
    let started = Instant::now();
    while let Err(error) = product.answers().await {
        if started.elapsed() > ANSWER_WITHIN {
            bail!("waited {} s: {error:#}", ANSWER_WITHIN.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

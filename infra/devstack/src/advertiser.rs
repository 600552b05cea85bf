//! The advertisers' site: the pages to which the ads of the demo data lead, so that a click never leaves this machine.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use tokio::net::TcpListener;
use url::Url;

use crate::{
    seed::{
        campaigns::{CAMPAIGNS, Campaign},
        people::{TENANTS, Tenant},
    },
    template,
};

/// Port of the site, without the offset of all ports.
pub const PORT: u16 = 8480;

const PAGE: &str = include_str!("../assets/advertiser.html");
const CSS: &str = include_str!("../assets/advertiser.css");

/// Address of a campaign's page on the site `base`.
#[must_use]
pub fn landing_url(base: &Url, campaign: &Campaign) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{}", campaign.tenant, campaign.name));
    url
}

/// Serves the site; returns only on an error.
pub async fn serve(address: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("cannot listen on {address} for the advertisers' site"))?;
    Ok(axum::serve(listener, router()).await?)
}

fn router() -> Router {
    let css = async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], CSS);
    Router::new().route("/advertiser.css", get(css)).route("/{tenant}/{campaign}", get(campaign))
}

async fn campaign(Path((slug, name)): Path<(String, String)>) -> Response {
    let tenant = TENANTS.iter().find(|tenant| tenant.slug == slug);
    let campaign = CAMPAIGNS.iter().find(|campaign| campaign.tenant == slug && campaign.name == name);
    match tenant.zip(campaign) {
        Some((tenant, campaign)) => page(tenant, campaign),
        None => (StatusCode::NOT_FOUND, "The demo data has no such campaign.").into_response(),
    }
}

fn page(tenant: &Tenant, campaign: &Campaign) -> Response {
    let filled = template::fill(PAGE, |name| {
        let text = match name {
            "locale" => tenant.locale,
            "advertiser" => tenant.name,
            "headline" => campaign.headline,
            "body" => campaign.body,
            "note" => note(tenant.locale),
            _ => anyhow::bail!("unknown placeholder `{name}`"),
        };
        Ok(text.replace('&', "&amp;").replace('<', "&lt;"))
    });
    match filled {
        Ok(page) => Html(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn note(locale: &str) -> &'static str {
    match locale {
        "ko" => {
            "데모 데이터의 광고주 페이지이며, 이 컴퓨터에서 제공합니다. 방금 클릭은 집계되어 캠페인에 과금됩니다. 이 탭을 닫으면 타임라인에서 클릭을 볼 수 있습니다."
        }
        _ => {
            "This advertiser belongs to the demo data, and its page is served by this machine. Your click is counted and charged to the campaign. Close this tab to see it in your timeline."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_campaign_has_a_page_on_the_site() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let site = tokio::spawn(axum::serve(listener, router()).into_future());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let get = async |url: Url| client.get(url).send().await.unwrap();
        for campaign in &CAMPAIGNS {
            let url = landing_url(&base, campaign);
            assert_eq!(url.origin(), base.origin());
            let answer = get(url).await;
            assert_eq!(answer.status(), 200, "{}", campaign.name);
            let page = answer.text().await.unwrap();
            assert!(page.contains(campaign.headline) && !page.contains("://"), "the page loads nothing else: {page}");
        }
        assert_eq!(get(base.join("/acme/nothing").unwrap()).await.status(), 404);
        assert_eq!(get(base.join("/advertiser.css").unwrap()).await.status(), 200);
        site.abort();
    }
}

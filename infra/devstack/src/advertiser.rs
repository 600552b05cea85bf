//! The advertisers' site: the pages to which the ads of the demo data lead, so that a click never leaves this machine.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
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
    let router = Router::new().route("/advertiser.css", get(css)).route("/{tenant}/{campaign}", get(campaign));
    router.fallback(async |headers: HeaderMap| missing(&headers))
}

/// The texts of a page.
struct Page {
    locale: &'static str,
    advertiser: &'static str,
    headline: &'static str,
    body: &'static str,
    note: &'static str,
}

async fn campaign(Path((slug, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let tenant = TENANTS.iter().find(|tenant| tenant.slug == slug);
    let campaign = CAMPAIGNS.iter().find(|campaign| campaign.tenant == slug && campaign.name == name);
    let Some((Tenant { locale, name: advertiser, .. }, campaign)) = tenant.zip(campaign) else {
        return missing(&headers);
    };
    let Campaign { headline, body, .. } = campaign;
    show(StatusCode::OK, &Page { locale, advertiser, headline, body, note: note(locale) })
}

/// The page at an address without a campaign, in the first language of the browser.
fn missing(headers: &HeaderMap) -> Response {
    let language = headers.get(header::ACCEPT_LANGUAGE).map(HeaderValue::as_bytes).unwrap_or_default();
    let page = if language.starts_with(b"ko") {
        Page {
            locale: "ko",
            advertiser: "데모 데이터의 광고주",
            headline: "페이지를 찾을 수 없습니다",
            body: "이 주소로 연결되는 캠페인이 데모 데이터에 없습니다.",
            note: "내 페이지의 광고를 클릭하면 광고주 페이지로 이동합니다.",
        }
    } else {
        Page {
            locale: "en",
            advertiser: "Advertisers of the demo data",
            headline: "Page not found",
            body: "No campaign of the demo data leads to this address.",
            note: "An ad on your page leads to the page of its advertiser.",
        }
    };
    show(StatusCode::NOT_FOUND, &page)
}

fn show(status: StatusCode, page: &Page) -> Response {
    let filled = template::fill(PAGE, |name| {
        let text = match name {
            "locale" => page.locale,
            "advertiser" => page.advertiser,
            "headline" => page.headline,
            "body" => page.body,
            "note" => page.note,
            _ => anyhow::bail!("unknown placeholder `{name}`"),
        };
        Ok(text.replace('&', "&amp;").replace('<', "&lt;"))
    });
    match filled {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn note(locale: &str) -> &'static str {
    match locale {
        "ko" => {
            "광고주와 이 페이지는 데모 데이터의 일부입니다. 방금 한 클릭은 집계되어 캠페인에 과금됩니다. 이 탭을 닫으면 타임라인에서 클릭을 볼 수 있습니다."
        }
        _ => {
            "This advertiser and its page belong to the demo data. Your click is counted and charged to the campaign. Close this tab to see it in your timeline."
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
        for (path, language, headline) in
            [("/acme/nothing", "en-US,ko", "Page not found"), ("/", "ko", "찾을 수 없습니다")]
        {
            let request = client.get(base.join(path).unwrap()).header("accept-language", language);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 404, "{path}");
            assert!(answer.text().await.unwrap().contains(headline), "{path}");
        }
        assert_eq!(get(base.join("/advertiser.css").unwrap()).await.status(), 200);
        site.abort();
    }
}

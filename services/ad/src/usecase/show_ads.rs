//! Selects ads for a person's page, and makes what the page needs to show them. When no ad fits, that is a house ad.

use chassis::text::{Locale, Texts};

use super::select_ads::{Request, Selected, select_ads};
use crate::{
    LOCALES,
    app::App,
    domain::{
        campaign::{CampaignId, page_language},
        creative::CreativeId,
        serve::ServeId,
    },
    error::Error,
};

/// An image beside the text of an ad.
#[derive(Clone, Debug, Default)]
pub struct ShownImage {
    pub url: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
}

/// An ad as a page shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub serve_id: ServeId,
    /// The campaign and its creative; `None` for a house ad, for which nobody pays.
    pub campaign: Option<(CampaignId, CreativeId)>,
    pub advertiser_name: String,
    pub headline: String,
    pub body: String,
    pub locale: Locale,
    pub image: Option<ShownImage>,
    pub impression_url: String,
    pub click_url: String,
}

/// Returns the best ads for the person and the page, best first. When there is none, one house ad, unless the page is
/// `without_house_ad`.
pub async fn show_ads(app: &App, request: Request, without_house_ad: bool) -> Result<Vec<Shown>, Error> {
    let locale = page_language(&request.locale);
    let selected = select_ads(app, request).await?;
    match locale {
        Some(locale) if selected.is_empty() && !without_house_ad => Ok(vec![house(app, locale)]),
        _ => Ok(selected.into_iter().map(|selected| shown(app, selected)).collect()),
    }
}

fn shown(app: &App, Selected { campaign, creative, serve }: Selected) -> Shown {
    let (token, url) = (app.links.token(&serve), &app.config.ad_public_url);
    let image = creative.image.map(|shown| ShownImage {
        url: url.join(&shown.image.image_id.path(campaign.tenant_id)),
        alt: shown.image.alt,
        width: shown.width,
        height: shown.height,
    });
    Shown {
        image,
        serve_id: serve.serve_id,
        campaign: Some((campaign.campaign_id, creative.creative_id)),
        advertiser_name: campaign.advertiser_name.clone(),
        headline: creative.headline,
        body: creative.body,
        locale: campaign.locale,
        impression_url: url.join(&format!("/i/{token}")),
        click_url: url.join(&format!("/c/{token}")),
    }
}

/// The links of a house ad have no token, so nothing is counted and nobody is charged.
fn house(app: &App, locale: Locale) -> Shown {
    let url = &app.config.ad_public_url;
    let texts = Texts::new(&LOCALES, locale);
    Shown {
        serve_id: ServeId::new(&app.clock),
        campaign: None,
        advertiser_name: texts.get("house-advertiser"),
        headline: texts.get("house-headline"),
        body: texts.get("house-body"),
        locale,
        image: None,
        impression_url: url.join("/house/i"),
        click_url: url.join("/house/c"),
    }
}

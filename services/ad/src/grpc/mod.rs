//! The gRPC service `ad.v1.Ads`, for the pages of other products.

use chassis::{
    auth::{self, Person},
    lifecycle::Reflection,
};
use contracts::ad::v1::{
    Ad, SelectAdsRequest, SelectAdsResponse,
    ads_server::{self, Ads, AdsServer},
};
use tonic::{Request, Response, Status, service::Routes};

use crate::{
    app::App,
    usecase::{
        select_ads,
        show_ads::{Shown, show_ads},
    },
};

pub const REFLECTION: Reflection =
    Reflection { service: ads_server::SERVICE_NAME, descriptors: contracts::FILE_DESCRIPTOR_SET };

/// Routes that require an access token.
pub fn routes(app: App) -> Routes {
    let verifier = app.verifier.clone();
    auth::protect(Routes::new(AdsServer::new(Service { app })), verifier)
}

struct Service {
    app: App,
}

#[tonic::async_trait]
impl Ads for Service {
    async fn select_ads(&self, request: Request<SelectAdsRequest>) -> Result<Response<SelectAdsResponse>, Status> {
        let Person { tenant_id, user_id, .. } = auth::person(&request)?;
        let SelectAdsRequest { placement, locale, count, without_house_ad } = request.into_inner();
        let request = select_ads::Request { tenant_id, user_id, placement, locale, count };
        let ads = show_ads(&self.app, request, without_house_ad).await?;
        Ok(Response::new(SelectAdsResponse { ads: ads.into_iter().map(ad).collect() }))
    }
}

fn ad(shown: Shown) -> Ad {
    let (campaign_id, creative_id) = shown.campaign.unzip();
    let image = shown.image.unwrap_or_default();
    Ad {
        serve_id: shown.serve_id.to_string(),
        is_house: campaign_id.is_none(),
        campaign_id: campaign_id.map(|id| id.to_string()).unwrap_or_default(),
        creative_id: creative_id.map(|id| id.to_string()).unwrap_or_default(),
        advertiser_name: shown.advertiser_name,
        headline: shown.headline,
        body: shown.body,
        locale: shown.locale.as_str().to_owned(),
        impression_url: shown.impression_url,
        click_url: shown.click_url,
        image_url: image.url,
        image_alt: image.alt,
        image_width: image.width,
        image_height: image.height,
    }
}

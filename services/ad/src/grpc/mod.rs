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
    usecase::select_ads::{self, Selected, select_ads},
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
        let SelectAdsRequest { placement, locale, count } = request.into_inner();
        let request = select_ads::Request { tenant_id, user_id, placement, locale, count };
        let selected = select_ads(&self.app, request).await?;
        Ok(Response::new(SelectAdsResponse { ads: selected.into_iter().map(|selected| self.ad(selected)).collect() }))
    }
}

impl Service {
    fn ad(&self, selected: Selected) -> Ad {
        let Selected { campaign, creative, serve } = selected;
        let (token, public_url) = (self.app.links.token(&serve), &self.app.config.ad_public_url);
        let (image, image_url) = match creative.image {
            Some(shown) => {
                let path = shown.image.image_id.path(campaign.tenant_id);
                (Some(shown), public_url.join(&path))
            }
            None => (None, String::new()),
        };
        Ad {
            serve_id: serve.serve_id.to_string(),
            campaign_id: campaign.campaign_id.to_string(),
            advertiser_name: campaign.advertiser_name.clone(),
            headline: creative.headline,
            body: creative.body,
            locale: campaign.locale.as_str().to_owned(),
            impression_url: public_url.join(&format!("/i/{token}")),
            click_url: public_url.join(&format!("/c/{token}")),
            creative_id: creative.creative_id.to_string(),
            image_url,
            image_width: image.as_ref().map_or(0, |shown| shown.width),
            image_height: image.as_ref().map_or(0, |shown| shown.height),
            image_alt: image.map_or_else(String::new, |shown| shown.image.alt),
        }
    }
}

use chassis::auth;
use chassis::problem::Problem;
use contracts::ad::v1::ads_server::Ads;
use contracts::ad::v1::{Ad, SelectAdsRequest, SelectAdsResponse};
use tonic::{Request, Response, Status};

use crate::app::App;
use crate::usecase::select_ads::{self, Selected, select_ads};

/// `ad.v1.Ads`.
pub(super) struct AdsService {
    app: App,
}

impl AdsService {
    pub(super) fn new(app: App) -> Self {
        Self { app }
    }

    fn ad(&self, selected: Selected) -> Ad {
        let Selected { campaign, serve } = selected;
        let token = self.app.links.token(&serve);
        Ad {
            serve_id: serve.serve_id.to_string(),
            campaign_id: campaign.campaign_id.to_string(),
            advertiser_name: campaign.advertiser_name,
            headline: campaign.headline,
            body: campaign.body,
            locale: campaign.locale.as_str().to_owned(),
            impression_url: self.app.public_url.join(&format!("/i/{token}")),
            click_url: self.app.public_url.join(&format!("/c/{token}")),
        }
    }
}

#[tonic::async_trait]
impl Ads for AdsService {
    async fn select_ads(&self, request: Request<SelectAdsRequest>) -> Result<Response<SelectAdsResponse>, Status> {
        let person = auth::person(&request)?;
        let asked = request.into_inner();
        let wanted = select_ads::Request {
            user_id: person.user_id,
            tenant_id: person.tenant_id,
            placement: asked.placement,
            locale: asked.locale,
            count: asked.count,
        };
        let app = &self.app;
        let selected = select_ads(&app.db, &app.clock, &app.index, wanted).await.map_err(Problem::from)?;
        app.metrics.selected(selected.len());
        let ads = selected.into_iter().map(|selected| self.ad(selected)).collect();
        Ok(Response::new(SelectAdsResponse { ads }))
    }
}

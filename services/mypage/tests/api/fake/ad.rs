//! A fake of ad's gRPC: returns one fixed ad, or hangs.

use contracts::ad::v1::{
    Ad, SelectAdsRequest, SelectAdsResponse,
    ads_server::{Ads, AdsServer},
};
use tonic::{Request, Response, Status, service::Routes};

pub(crate) struct FakeAd {
    pub(crate) hangs: bool,
}

impl FakeAd {
    pub(crate) async fn start(self) -> String {
        support::serve_grpc(Routes::new(AdsServer::new(self))).await
    }
}

#[tonic::async_trait]
impl Ads for FakeAd {
    async fn select_ads(&self, request: Request<SelectAdsRequest>) -> Result<Response<SelectAdsResponse>, Status> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        assert!(request.metadata().contains_key("authorization"));
        let SelectAdsRequest { placement, locale, .. } = request.into_inner();
        assert_eq!(placement, "mypage.home");
        let ad = Ad {
            advertiser_name: "Acme <Books>".into(),
            headline: "Read more".into(),
            body: "Twenty classics for the price of ten.".into(),
            locale,
            impression_url: "http://localhost:8280/i/token".into(),
            click_url: "http://localhost:8280/c/token".into(),
            image_url: "http://localhost:8280/images/tenant/image".into(),
            image_alt: "A shelf \"of\" books".into(),
            image_width: 600,
            image_height: 314,
            ..Ad::default()
        };
        Ok(Response::new(SelectAdsResponse { ads: vec![ad] }))
    }
}

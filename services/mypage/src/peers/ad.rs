//! The client of ad: selects the ads of a page.

use std::time::Duration;

use chassis::{
    client::{self, Channel, Identity},
    problem::Problem,
};
use contracts::{
    ad::v1::{Ad, SelectAdsRequest, ads_client::AdsClient},
    read,
};
use secrecy::SecretString;

use super::with_deadline;
use crate::config::Config;

const PLACEMENT: &str = "mypage.home";

const COUNT: u32 = 1;

#[derive(Clone)]
pub struct AdPeer {
    client: AdsClient<Channel>,
    deadline: Duration,
}

impl AdPeer {
    /// Connects lazily.
    pub fn new(config: &Config) -> Self {
        let client = AdsClient::new(client::channel(&config.peers.ad_grpc_addrs));
        Self { client, deadline: config.peers.deadline() }
    }

    /// Selects ads for the person in a language; may return none.
    pub async fn ads(&self, token: &SecretString, locale: &str) -> Result<Vec<Ad>, Problem> {
        let message = SelectAdsRequest {
            placement: PLACEMENT.into(),
            locale: locale.into(),
            count: COUNT,
            without_house_ad: false,
        };
        let identity = Identity::Person(token.clone());
        // Idempotent: a selection that is never displayed is not charged.
        let call = || async {
            let request = client::request(message.clone(), &identity, self.deadline).await?;
            self.client.clone().select_ads(request).await
        };
        let ads = with_deadline(self.deadline, call).await?.ads.into_iter().take(COUNT as usize);
        Ok(ads.map(bounded).collect())
    }
}

/// Bounds the texts of an ad, which a page shows.
fn bounded(ad: Ad) -> Ad {
    Ad {
        advertiser_name: read::text(&ad.advertiser_name),
        headline: read::text(&ad.headline),
        body: read::text(&ad.body),
        image_alt: read::text(&ad.image_alt),
        ..ad
    }
}

//! ad, for the ad slot.

use std::time::Duration;

use chassis::{
    client::{self, Channel, Identity},
    problem::Problem,
};
use contracts::ad::v1::{Ad, SelectAdsRequest, ads_client::AdsClient};
use secrecy::SecretString;

use super::within;
use crate::config::Config;

/// Where the page shows ads.
const PLACEMENT: &str = "mypage.home";

/// How many.
const COUNT: u32 = 1;

/// A connection to ad.
#[derive(Clone)]
pub struct AdPeer {
    client: AdsClient<Channel>,
    deadline: Duration,
}

impl AdPeer {
    /// Connects when it is first used.
    pub fn new(config: &Config) -> Self {
        let client = AdsClient::new(client::channel(&config.peers.ad_grpc_addrs));
        Self { client, deadline: config.peers.deadline() }
    }

    /// The ads for this person's page, in this language; none is an answer too.
    pub async fn ads(&self, token: &SecretString, locale: &str) -> Result<Vec<Ad>, Problem> {
        let message = SelectAdsRequest { placement: PLACEMENT.into(), locale: locale.into(), count: COUNT };
        let identity = Identity::Person(token.clone());
        // A choice that is never shown costs nobody anything.
        let call = || async {
            let request = client::request(message.clone(), &identity, self.deadline).await?;
            self.client.clone().select_ads(request).await
        };
        Ok(within(self.deadline, call).await?.ads)
    }
}

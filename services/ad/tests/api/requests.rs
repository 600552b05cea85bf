//! Requests to ad in the test process.

use ad::domain::campaign::CampaignId;
use contracts::ad::v1::{Ad, SelectAdsRequest, SelectAdsResponse, ads_client::AdsClient};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::harness::{Tenant, TestApp};

impl TestApp {
    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(token)
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        json_of(self.request(Method::GET, path, token).send().await.expect("an answer")).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> (u16, Value) {
        json_of(self.request(method, path, token).json(body).send().await.expect("an answer")).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sends a request without an access token.
    pub(crate) async fn browse(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.expect("an answer")
    }

    /// Creates a campaign by the API. `change` replaces fields of [`campaign_body`].
    pub(crate) async fn campaign(&self, tenant: &Tenant, change: Value) -> CampaignId {
        let mut body = campaign_body("KRW");
        let fields = body.as_object_mut().expect("an object");
        fields.extend(change.as_object().expect("an object").clone());
        let (status, campaign) = self.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await;
        assert_eq!(status, 201, "{campaign}");
        campaign["campaign_id"].as_str().expect("an id").parse().expect("an id")
    }

    pub(crate) async fn select(&self, token: &str, locale: &str) -> SelectAdsResponse {
        self.select_at_most(10, token, locale).await
    }

    /// Selects an ad for a page with one slot, so that the second best campaign sets its price.
    pub(crate) async fn select_one(&self, token: &str) -> Ad {
        self.select_at_most(1, token, "ko").await.ads.remove(0)
    }

    async fn select_at_most(&self, count: u32, token: &str, locale: &str) -> SelectAdsResponse {
        self.app.index.refresh().await.expect("an index");
        let message =
            SelectAdsRequest { placement: "mypage.home".into(), locale: locale.into(), count, without_house_ad: true };
        self.call(token, message).await.expect("an answer")
    }

    pub(crate) async fn call(
        &self,
        token: &str,
        message: SelectAdsRequest,
    ) -> Result<SelectAdsResponse, tonic::Status> {
        let mut client = AdsClient::connect(format!("http://{}", self.grpc)).await.expect("a connection");
        let mut request = tonic::Request::new(message);
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        client.select_ads(request).await.map(tonic::Response::into_inner)
    }
}

pub(crate) fn money(units: i64, currency: &str) -> Value {
    json!({ "micros": units * 1_000_000, "currency_code": currency })
}

pub(crate) fn campaign_body(currency: &str) -> Value {
    json!({
        "name": "Spring",
        "headline": "제주의 봄",
        "body": "바다가 보이는 숙소",
        "landing_url": "https://travel.example/jeju",
        "locale": "ko",
        "interests": ["travel"],
        "bid": money(300, currency),
        "daily_budget": money(30_000, currency),
        "open_to_all": true,
    })
}

/// Returns the path of a link. Its host is that of `AD_PUBLIC_URL`, which is not the address of the test's server.
pub(crate) fn path_of(url: &str) -> &str {
    url.strip_prefix("http://ad.test").expect("a link to AD_PUBLIC_URL")
}

async fn json_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

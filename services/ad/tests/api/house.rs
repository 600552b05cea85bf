//! House ads, and the selection by HTTP.

use contracts::ad::v1::SelectAdsRequest;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{harness::TestApp, requests::path_of};

fn page(locale: &str) -> Value {
    json!({ "placement": "shop.home", "locale": locale, "count": 3 })
}

#[tokio::test]
async fn a_house_ad_fills_the_slot_when_no_campaign_fits_and_is_never_counted() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.app.index.refresh().await.expect("an index");
    let request = |without_house_ad| SelectAdsRequest {
        placement: "mypage.home".into(),
        locale: "ko".into(),
        count: 3,
        without_house_ad,
    };
    let none = test.call(&tenant.member_token, request(true)).await.expect("an answer");
    assert!(none.ads.is_empty(), "the page asked for none");
    let ads = test.call(&tenant.member_token, request(false)).await.expect("an answer").ads;
    let [house] = ads.as_slice() else { panic!("one house ad: {ads:?}") };
    assert!(house.is_house && house.campaign_id.is_empty() && house.creative_id.is_empty());
    assert_eq!(house.locale, "ko");

    let pixel = test.browse(path_of(&house.impression_url)).await;
    assert_eq!(
        (pixel.status().as_u16(), &pixel.headers()["content-type"]),
        (200, &"image/gif".parse().expect("a type"))
    );
    let click = test.browse(path_of(&house.click_url)).await;
    assert_eq!(
        (click.status().as_u16(), &click.headers()["location"]),
        (303, &"http://ad.test/".parse().expect("a URL"))
    );
    assert_eq!(test.count("SELECT count(*) FROM delivery").await, 0);
    assert_eq!(test.count("SELECT count(*) FROM outbox WHERE topic <> 'ad.campaign.v1'").await, 0);
}

#[tokio::test]
async fn a_page_selects_ads_by_http_as_by_grpc() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let by_grpc = test.select(&tenant.member_token, "ko").await.ads.remove(0);
    let select = async |token: &str, body: Value| test.send(Method::POST, "/v1/ad-selections", token, &body).await;
    let (status, answer) = select(&tenant.member_token, page("ko-KR")).await;
    assert_eq!(status, 200, "{answer}");
    let ad = &answer["ads"][0];
    assert_eq!((&ad["campaign_id"], &ad["headline"]), (&json!(id.to_string()), &json!(by_grpc.headline)));
    assert_eq!(ad["creative_id"], json!(by_grpc.creative_id));
    let click = ad["click_url"].as_str().expect("a link");
    assert_eq!(test.browse(path_of(ad["impression_url"].as_str().expect("a link"))).await.status(), 200);
    assert_eq!(test.browse(path_of(click)).await.headers()["location"], "https://travel.example/jeju");

    let (_, answer) = select(&tenant.member_token, page("en")).await;
    assert_eq!((&answer["ads"][0]["campaign_id"], &answer["ads"][0]["locale"]), (&Value::Null, &json!("en")));
    let mut without = page("en");
    without["without_house_ad"] = json!(true);
    assert_eq!(select(&tenant.member_token, without).await, (200, json!({ "ads": [] })));
    assert_eq!(select(&tenant.member_token, page("fr")).await, (200, json!({ "ads": [] })), "no house ad in French");
}

#[tokio::test]
async fn a_selection_by_http_needs_a_person_and_a_valid_request() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let select = async |token: &str, body: Value| test.send(Method::POST, "/v1/ad-selections", token, &body).await.0;
    assert_eq!(select(&tenant.member_token, page("ko")).await, 503, "the index was not read yet");
    test.app.index.refresh().await.expect("an index");
    for (field, value) in
        [("count", json!(0)), ("count", json!(11)), ("placement", json!("My Page")), ("user_id", json!("x"))]
    {
        let mut wrong = page("ko");
        wrong[field] = value;
        assert!(matches!(select(&tenant.member_token, wrong).await, 400 | 422), "{field}");
    }
    assert_eq!(select(&test.service_token(), page("ko")).await, 403);
    assert_eq!(select("not-a-token", page("ko")).await, 401);
}

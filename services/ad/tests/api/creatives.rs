//! Creatives of a campaign.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Tenant, TestApp},
    requests::path_of,
};

fn creative(headline: &str) -> Value {
    json!({ "headline": headline, "body": "글", "landing_url": format!("https://travel.example/{headline}") })
}

async fn send(test: &TestApp, tenant: &Tenant, method: Method, path: &str, body: &Value) -> (u16, Value) {
    test.send(method, path, &tenant.admin_token, body).await
}

fn headlines(campaign: &Value) -> Vec<&str> {
    let creatives = campaign["creatives"].as_array().expect("creatives");
    creatives.iter().map(|creative| creative["headline"].as_str().expect("a headline")).collect()
}

#[tokio::test]
async fn creatives_are_added_replaced_and_removed() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({})).await);
    let creatives = format!("{path}/creatives");
    let (status, added) = send(&test, &tenant, Method::POST, &creatives, &creative("b")).await;
    assert_eq!((status, &added["review"]), (201, &json!("approved")), "{added}");
    let (_, campaign) = test.get(&path, &tenant.admin_token).await;
    assert_eq!((headlines(&campaign), &campaign["version"]), (vec!["제주의 봄", "b"], &json!(2)));
    assert_eq!(campaign["creatives"][1], added);

    let first = format!("{creatives}/{}", campaign["creatives"][0]["creative_id"].as_str().expect("an id"));
    let (status, replaced) = send(&test, &tenant, Method::PUT, &first, &creative("c")).await;
    assert_eq!((status, &replaced["headline"]), (200, &json!("c")));
    let (_, campaign) = test.get(&path, &tenant.admin_token).await;
    assert_eq!((headlines(&campaign), &campaign["headline"]), (vec!["b", "c"], &json!("b")), "the first is shown");
    let (status, problem) = send(&test, &tenant, Method::PUT, &first, &creative("d")).await;
    assert_eq!((status, &problem["code"]), (404, &json!("creative_not_found")), "it was replaced");

    let second = format!("{creatives}/{}", replaced["creative_id"].as_str().expect("an id"));
    let (_, same) = send(&test, &tenant, Method::PUT, &second, &creative("c")).await;
    assert_eq!((&same, test.get(&path, &tenant.admin_token).await.1), (&replaced, campaign), "nothing changed");
    assert_eq!(send(&test, &tenant, Method::DELETE, &second, &json!({})).await.0, 204);
    let last = format!("{creatives}/{}", added["creative_id"].as_str().expect("an id"));
    let (status, problem) = send(&test, &tenant, Method::DELETE, &last, &json!({})).await;
    assert_eq!((status, &problem["code"]), (409, &json!("last_creative")));
    assert_eq!(test.count("SELECT count(*) FROM creative").await, 3, "removed ones are kept for their links");
}

#[tokio::test]
async fn a_link_leads_where_its_creative_led() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({})).await);
    let before = test.select(&tenant.member_token, "ko").await.ads.remove(0);
    let edit = format!("{path}/creatives/{}", before.creative_id);
    assert_eq!(send(&test, &tenant, Method::PUT, &edit, &creative("later")).await.0, 200);
    let after = test.select(&tenant.member_token, "ko").await.ads.remove(0);
    assert_eq!((before.headline.as_str(), after.headline.as_str()), ("제주의 봄", "later"));
    for (ad, landing_url) in [(before, "https://travel.example/jeju"), (after, "https://travel.example/later")] {
        test.browse(path_of(&ad.impression_url)).await;
        let clicked = test.browse(path_of(&ad.click_url)).await;
        assert_eq!(
            (clicked.status().as_u16(), &clicked.headers()["location"]),
            (303, &landing_url.parse().expect("a header"))
        );
    }
}

#[tokio::test]
async fn a_creative_has_valid_fields_and_a_campaign_at_most_ten() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let creatives = format!("/v1/campaigns/{}/creatives", test.campaign(&tenant, json!({})).await);
    let invalid = json!({ "headline": "", "body": "x".repeat(141), "landing_url": "ftp://travel.example/" });
    let (status, problem) = send(&test, &tenant, Method::POST, &creatives, &invalid).await;
    let fields: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|error| &error["field"]).collect();
    assert_eq!((status, fields), (422, ["headline", "body", "landing_url"].map(Value::from).iter().collect()));
    for number in 2..=10 {
        let headline = number.to_string();
        assert_eq!(send(&test, &tenant, Method::POST, &creatives, &creative(&headline)).await.0, 201);
    }
    let (status, problem) = send(&test, &tenant, Method::POST, &creatives, &creative("11")).await;
    assert_eq!((status, &problem["code"]), (409, &json!("too_many_creatives")));
}

#[tokio::test]
async fn a_campaign_of_the_version_before_has_a_creative() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({})).await;
    let insert = "INSERT INTO campaign (campaign_id, tenant_id, name, headline, body, landing_url, locale, interests,
            bid_micros, daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at)
        SELECT gen_random_uuid(), tenant_id, name, 'before', body, landing_url, locale, interests, bid_micros,
            daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at FROM campaign";
    let mut tx = test.app.db.begin(tenant.id).await.expect("a transaction");
    sqlx::query(insert).execute(&mut *tx).await.expect("as the version before");
    tx.commit().await.expect("committed");
    let headlines: Vec<_> =
        test.select(&tenant.member_token, "ko").await.ads.into_iter().map(|ad| ad.headline).collect();
    assert_eq!(headlines.len(), 2);
    assert!(headlines.contains(&"before".to_owned()));
}

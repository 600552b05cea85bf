//! Impressions and clicks.

use ad::{
    domain::{day::day_in, delivery::Outcome, tenant::time_zone},
    link::Links,
};
use chassis::config::SecretKey;
use contracts::ad::v1::{self as wire, CampaignChanged, DeliveryRecorded, UsageRecorded};
use serde_json::json;

use crate::{
    harness::TestApp,
    requests::{money, path_of},
};

#[tokio::test]
async fn an_impression_counts_once_and_always_answers_a_pixel() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    test.campaign(&hangang, json!({})).await;
    let ad = test.select(&acme.member_token, "ko").await.ads.remove(0);
    for _ in 0..3 {
        let answer = test.browse(path_of(&ad.impression_url)).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "image/gif");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(answer.bytes().await.expect("an image").starts_with(b"GIF89a"));
    }
    let published = test.published::<DeliveryRecorded>().await;
    assert_eq!(published.len(), 1);
    let (tenant, seen) = &published[0];
    assert_eq!(*tenant, acme.id, "the delivery is the viewer's tenant's");
    assert_eq!(seen.kind(), wire::DeliveryKind::Impression);
    assert_eq!(seen.serve_id, ad.serve_id);
    assert_eq!(seen.advertiser_tenant_id, hangang.id.to_string());
    assert_eq!(seen.viewer_user_id, acme.member.to_string());
    assert_eq!(seen.charge.as_ref().map(|charge| charge.micros), Some(0));
    assert_eq!(test.usage().await, [("ad.impressions".to_owned(), 1)]);
    assert_eq!(test.published::<UsageRecorded>().await[0].0, hangang.id, "the usage is the advertiser's");

    let broken = test.browse("/i/not-a-token").await;
    assert_eq!(
        (broken.status().as_u16(), &broken.headers()["content-type"]),
        (200, &"image/gif".parse().expect("a type"))
    );
}

#[tokio::test]
async fn a_click_redirects_to_the_advertiser_and_is_charged_once() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    test.campaign(&acme, json!({ "headline": "second" })).await;
    let id = test.campaign(&hangang, json!({ "bid": money(500, "KRW") })).await;
    let ad = test.select_one(&acme.member_token).await;
    let click = async || {
        let answer = test.browse(path_of(&ad.click_url)).await;
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], "https://travel.example/jeju");
        assert_eq!(answer.headers()["cache-control"], "no-store");
    };
    click().await;
    assert_eq!(test.count("SELECT count(*) FROM charge").await, 0, "nobody saw the ad");
    test.browse(path_of(&ad.impression_url)).await;
    for _ in 0..3 {
        click().await;
    }
    // The next bid is 300 won; the price is one won more.
    let (_, campaign) = test.get(&format!("/v1/campaigns/{id}"), &hangang.admin_token).await;
    assert_eq!(campaign["spent_today"], money(301, "KRW"));
    let (_, charges) = test.get("/v1/charges", &hangang.admin_token).await;
    assert_eq!(charges["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(charges["items"][0]["price"], money(301, "KRW"));
    assert_eq!(charges["items"][0]["serve_id"], ad.serve_id);

    let clicks = test.published::<DeliveryRecorded>().await;
    assert_eq!(clicks.len(), 2);
    assert_eq!((clicks[1].0, clicks[1].1.kind()), (acme.id, wire::DeliveryKind::Click));
    assert_eq!(clicks[1].1.charge.as_ref().map(|charge| charge.micros), Some(301_000_000));
    let campaigns = test.published::<CampaignChanged>().await;
    let (tenant, last) = campaigns.last().expect("the event of the charge");
    assert_eq!((*tenant, last.version), (hangang.id, 2));
    assert_eq!(last.spent_today.as_ref().map(|spent| spent.micros), Some(301_000_000));
    let usage = [("ad.impressions", 1), ("ad.clicks", 1), ("ad.spend", 301_000_000)];
    let mut published = test.usage().await;
    published.sort_by_key(|(metric, _)| usage.iter().position(|(known, _)| known == metric));
    assert_eq!(published, usage.map(|(metric, quantity)| (metric.to_owned(), quantity)));
}

#[tokio::test]
async fn an_invalid_or_expired_link_redirects_nowhere() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let serve = test.serve(&tenant, &tenant, id, 100);
    let good = test.app.links.token(&serve);
    let forged = Links::new(&[SecretKey::from([9; 32])]).token(&serve);
    let (longer, shorter) = (format!("{good}AA"), &good[..good.len() / 2]);
    let mut changed = good.clone();
    changed.replace_range(40..41, if &good[40..41] == "A" { "B" } else { "A" });
    for token in ["x", "x.y", &forged, &longer, shorter, &changed, "https:%2F%2Fevil.example"] {
        let answer = test.browse(&format!("/c/{token}")).await;
        assert_eq!(answer.status(), 404, "{token}");
        assert!(answer.headers().get("location").is_none());
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    test.clock.advance(chrono::Duration::hours(24));
    let old = test.browse(&format!("/c/{good}")).await;
    assert_eq!(old.status(), 410);
    assert!(old.headers().get("location").is_none());
    assert_eq!(test.browse(&format!("/i/{good}")).await.status(), 200);
    assert_eq!(test.count("SELECT count(*) FROM delivery").await, 0);
}

#[tokio::test]
async fn the_budget_is_available_again_at_the_tenants_midnight() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({ "bid": money(100, "KRW"), "daily_budget": money(100, "KRW") })).await;
    let click = async |expected: Outcome| {
        let serve = test.serve(&tenant, &tenant, id, 100);
        let recorded = test.click(&serve).await;
        assert_eq!(recorded.outcome, expected);
        assert_eq!(recorded.landing_url, "https://travel.example/jeju");
        serve.price
    };
    let price = test.serve(&tenant, &tenant, id, 100).price;
    click(Outcome::Charged(price)).await;
    click(Outcome::OverBudget).await;
    test.app.index.refresh().await.expect("an index");
    assert!(test.select(&tenant.member_token, "ko").await.ads.is_empty());

    let seoul = time_zone("Asia/Seoul").expect("a zone");
    let today = day_in(seoul, test.clock.now());
    while day_in(seoul, test.clock.now()) == today {
        test.clock.advance(chrono::Duration::minutes(30));
    }
    click(Outcome::Charged(price)).await;
    let days = test.count("SELECT count(DISTINCT day) FROM charge").await;
    assert_eq!(days, 2);
}

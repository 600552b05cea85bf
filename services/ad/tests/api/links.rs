//! Impressions and clicks.

use ad::domain::day::{day_in, time_zone};
use ad::domain::serve::Kind;
use ad::link::Links;
use ad::usecase::record_delivery::{Outcome, record_delivery};
use chassis::config::SecretKey;
use contracts::ad::v1::{CampaignChanged, DeliveryKind, DeliveryRecorded, UsageRecorded};
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, money, path_of};

#[tokio::test]
async fn an_impression_counts_once_and_always_shows_a_pixel() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    app.campaign(&hangang, json!({})).await;
    let ad = app.select(&acme.member_token, "ko").await.ads.remove(0);
    for _ in 0..3 {
        let answer = app.browse(path_of(&ad.impression_url)).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "image/gif");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(answer.bytes().await.expect("an image").starts_with(b"GIF89a"));
    }
    let told = app.told::<DeliveryRecorded>().await;
    assert_eq!(told.len(), 1);
    let (tenant, seen) = &told[0];
    assert_eq!(*tenant, acme.id, "a delivery is told to the viewer's tenant");
    assert_eq!(seen.kind(), DeliveryKind::Impression);
    assert_eq!(seen.serve_id, ad.serve_id);
    assert_eq!(seen.advertiser_tenant_id, hangang.id.to_string());
    assert_eq!(seen.viewer_user_id, acme.member.to_string());
    assert_eq!(seen.charge.as_ref().map(|charge| charge.micros), Some(0));
    let usage = app.told::<UsageRecorded>().await;
    assert_eq!(usage.len(), 1);
    assert_eq!(usage[0].0, hangang.id, "usage is told to the tenant that pays");
    assert_eq!(usage[0].1.record.as_ref().map(|record| record.metric.as_str()), Some("ad.impressions"));

    let broken = app.browse("/i/not-a-token").await;
    assert_eq!(
        (broken.status().as_u16(), &broken.headers()["content-type"]),
        (200, &"image/gif".parse().expect("a type"))
    );
}

#[tokio::test]
async fn a_click_leads_to_the_advertiser_and_is_charged_once() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    let id = app.campaign(&hangang, json!({ "bid": money(500, "KRW") })).await;
    app.campaign(&hangang, json!({ "headline": "second" })).await;
    let ad = app.select(&acme.member_token, "ko").await.ads.remove(0);
    for _ in 0..3 {
        let answer = app.browse(path_of(&ad.click_url)).await;
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], "https://travel.example/jeju");
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
    // What the next one bid, and one won.
    let (_, campaign) = app.get(&format!("/v1/campaigns/{id}"), &hangang.admin_token).await;
    assert_eq!(campaign["spent_today"], money(301, "KRW"));
    let (_, charges) = app.get("/v1/charges", &hangang.admin_token).await;
    assert_eq!(charges["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(charges["items"][0]["price"], money(301, "KRW"));
    assert_eq!(charges["items"][0]["serve_id"], ad.serve_id);

    let clicks = app.told::<DeliveryRecorded>().await;
    assert_eq!(clicks.len(), 1);
    assert_eq!((clicks[0].0, clicks[0].1.kind()), (acme.id, DeliveryKind::Click));
    assert_eq!(clicks[0].1.charge.as_ref().map(|charge| charge.micros), Some(301_000_000));
    let campaigns = app.told::<CampaignChanged>().await;
    let (tenant, last) = campaigns.last().expect("the charge's");
    assert_eq!((*tenant, last.version), (hangang.id, 2));
    assert_eq!(last.spent_today.as_ref().map(|spent| spent.micros), Some(301_000_000));
    let usage = app.told::<UsageRecorded>().await;
    assert_eq!(usage[0].1.record.as_ref().map(|record| record.metric.as_str()), Some("ad.clicks"));
}

#[tokio::test]
async fn a_bad_or_old_link_leads_nowhere() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let id = app.campaign(&tenant, json!({})).await;
    let serve = app.serve(&tenant, &tenant, id, 100);
    let good = app.app.links.token(&serve);
    let forged = Links::new(&SecretKey::from([9; 32])).token(&serve);
    let (longer, shorter) = (format!("{good}AA"), &good[..good.len() / 2]);
    let mut changed = good.clone();
    changed.replace_range(40..41, if &good[40..41] == "A" { "B" } else { "A" });
    for token in ["x", "x.y", &forged, &longer, shorter, &changed, "https:%2F%2Fevil.example"] {
        let answer = app.browse(&format!("/c/{token}")).await;
        assert_eq!(answer.status(), 404, "{token}");
        assert!(answer.headers().get("location").is_none());
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    app.clock.advance(chrono::Duration::hours(24));
    let old = app.browse(&format!("/c/{good}")).await;
    assert_eq!(old.status(), 410);
    assert!(old.headers().get("location").is_none());
    assert_eq!(app.browse(&format!("/i/{good}")).await.status(), 200);
    assert_eq!(app.count("SELECT count(*) FROM delivery").await, 0);
}

#[tokio::test]
async fn a_look_at_the_head_counts_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let id = app.campaign(&tenant, json!({})).await;
    let token = app.app.links.token(&app.serve(&tenant, &tenant, id, 100));
    for path in [format!("/i/{token}"), format!("/c/{token}")] {
        let answer = app.request(Method::HEAD, &path, "").send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}");
    }
    assert_eq!(app.count("SELECT count(*) FROM delivery").await, 0);
}

#[tokio::test]
async fn the_day_and_its_budget_turn_at_the_tenants_midnight() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let id = app.campaign(&tenant, json!({ "bid": money(100, "KRW"), "daily_budget": money(100, "KRW") })).await;
    let click = async |expected: Outcome| {
        let serve = app.serve(&tenant, &tenant, id, 100);
        let recorded = record_delivery(&app.app.db, &app.clock, Kind::Click, &serve).await.expect("recorded");
        assert_eq!(recorded.outcome, expected);
        assert_eq!(recorded.landing_url, "https://travel.example/jeju");
        serve.price
    };
    let price = app.serve(&tenant, &tenant, id, 100).price;
    click(Outcome::Charged(price)).await;
    click(Outcome::OverBudget).await;
    app.app.index.refresh().await.expect("an index");
    assert!(app.select(&tenant.member_token, "ko").await.ads.is_empty());

    let seoul = time_zone("Asia/Seoul").expect("a zone");
    let today = day_in(seoul, app.clock.now());
    while day_in(seoul, app.clock.now()) == today {
        app.clock.advance(chrono::Duration::minutes(30));
    }
    click(Outcome::Charged(price)).await;
    let days = app.count("SELECT count(DISTINCT day) FROM charge").await;
    assert_eq!(days, 2);
}

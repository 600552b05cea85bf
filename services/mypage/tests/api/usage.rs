//! Tests of the monthly usage and of campaigns, for admins only.

use chassis::{auth::Role, consumer::ConsumeError};
use contracts::{
    ad::{self, v1::CampaignStatus},
    common::v1::UsageRecord,
    convert::money,
    login, mypage,
};
use serde_json::{Value, json};

use crate::{
    api::Api,
    events::{self, time},
    harness::TestApp,
};

fn quantities(statement: &Value) -> Vec<(String, i64)> {
    let lines = statement["lines"].as_array().expect("lines");
    let line = |line: &Value| {
        (line["metric"].as_str().expect("a metric").to_owned(), line["quantity"].as_i64().expect("a number"))
    };
    lines.iter().map(line).collect()
}

#[tokio::test]
async fn a_month_follows_the_tenants_time_zone_and_a_duplicate_record_counts_once() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    let record = |metric, quantity, at| Some(events::usage(&test, boss.tenant, metric, quantity, at));
    // In Seoul, November begins at 15:00 UTC of the day before.
    let before = record("login.sign_ins", 100, "2026-10-31T14:59:59Z");
    let first = record("login.sign_ins", 2, "2026-10-31T15:00:00Z");
    let last = record("ad.clicks", 3, "2026-11-30T14:59:59Z");
    let after = record("ad.clicks", 100, "2026-11-30T15:00:00Z");
    let active = record("login.monthly_active_members", 1, "2026-11-02T00:00:00Z");
    for record in [before, first.clone(), first, active] {
        test.consume(&login::v1::UsageRecorded { record }).await.expect("consumed");
    }
    for record in [last, after] {
        test.consume(&ad::v1::UsageRecorded { record }).await.expect("consumed");
    }
    let views = record("mypage.page_views", 5, "2026-11-15T00:00:00Z");
    test.consume(&mypage::v1::UsageRecorded { record: views }).await.expect("consumed");

    let api = Api::of(&test, boss, &[Role::Admin]);
    let (status, november) = api.get("/v1/usage?month=2026-11").await;
    assert_eq!((status, &november["time_zone"]), (200, &json!("Asia/Seoul")));
    let expected = [
        ("login.sign_ins", 2),
        ("login.monthly_active_members", 1),
        ("mypage.page_views", 5),
        ("ad.impressions", 0),
        ("ad.clicks", 3),
    ];
    assert_eq!(quantities(&november), expected.map(|(metric, quantity)| (metric.to_owned(), quantity)));
    let (status, body) = api.get("/v1/usage?month=2026-13").await;
    assert_eq!((status, &body["errors"][0]["field"]), (422, &json!("month")));
}

#[tokio::test]
async fn a_closed_month_does_not_change_when_the_tenant_changes_its_time_zone() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    // In Seoul, both are in May; in New York, the first one is in April.
    for at in ["2026-04-30T15:00:00Z", "2026-05-31T14:59:59Z"] {
        let record = Some(events::usage(&test, boss.tenant, "login.sign_ins", 1, at));
        test.consume(&login::v1::UsageRecorded { record }).await.expect("consumed");
    }
    let api = Api::of(&test, boss, &[Role::Admin]);
    let may = api.get("/v1/usage?month=2026-05").await.1;
    assert_eq!(quantities(&may)[0].1, 2);

    let moved = login::v1::TenantChanged {
        time_zone: "America/New_York".into(),
        changed_at: Some(contracts::convert::timestamp(test.clock.now())),
        ..events::tenant(boss.tenant, "Hangang", 2)
    };
    test.consume(&moved).await.expect("consumed");
    assert_eq!(api.get("/v1/usage?month=2026-05").await.1, may);
    let present = api.get("/v1/usage").await.1;
    assert_eq!(present["time_zone"], json!("Asia/Seoul"), "the change holds from the next month on");
    test.clock.advance(chrono::Duration::days(32));
    let api = Api::of(&test, boss, &[Role::Admin]);
    assert_eq!(api.get("/v1/usage").await.1["time_zone"], json!("America/New_York"));
    assert_eq!(api.get("/v1/usage?month=2026-05").await.1, may);
}

#[tokio::test]
async fn usage_is_shown_by_the_days_of_the_tenants_time_zone() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    // In Seoul, the first two are on 1 November, the third is on the 2nd, the last on the 30th.
    let moments = ["2026-10-31T15:00:00Z", "2026-11-01T14:59:59Z", "2026-11-01T15:00:00Z", "2026-11-30T14:59:59Z"];
    for (moment, quantity) in moments.into_iter().zip([1, 2, 4, 8]) {
        let record = Some(events::usage(&test, boss.tenant, "ad.clicks", quantity, moment));
        for _ in 0..2 {
            test.consume(&ad::v1::UsageRecorded { record: record.clone() }).await.expect("consumed");
        }
    }
    let november = Api::of(&test, boss, &[Role::Admin]).get("/v1/usage?month=2026-11").await.1;
    let clicks = &november["lines"][4];
    assert_eq!((&clicks["metric"], &clicks["quantity"]), (&json!("ad.clicks"), &json!(15)));
    let mut days = vec![0; 30];
    (days[0], days[1], days[29]) = (3, 4, 8);
    assert_eq!(clicks["days"], json!(days));
    assert_eq!(november["lines"][0]["days"], json!(vec![0; 30]));
}

/// During a rollout, the version before stores a change of the tenant only.
#[tokio::test]
async fn a_change_that_the_version_before_stored_holds_from_the_next_month_on() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    let changed = (test.clock.now() + chrono::Duration::hours(9)).format("%Y-%m").to_string();
    sqlx::query("UPDATE tenant SET time_zone = 'America/New_York', changed_at = $1")
        .bind(test.clock.now())
        .execute(&test.superuser)
        .await
        .expect("changed");
    let api = Api::of(&test, boss, &[Role::Admin]);
    assert_eq!(api.get("/v1/usage").await.1["time_zone"], json!("Asia/Seoul"));
    test.clock.advance(chrono::Duration::days(32));
    let api = Api::of(&test, boss, &[Role::Admin]);
    assert_eq!(api.get("/v1/usage").await.1["time_zone"], json!("America/New_York"));
    // A later change of the tenant does not move the time zone's first month.
    let renamed = login::v1::TenantChanged {
        time_zone: "America/New_York".into(),
        changed_at: Some(contracts::convert::timestamp(test.clock.now())),
        ..events::tenant(boss.tenant, "Hangang II", 2)
    };
    test.consume(&renamed).await.expect("consumed");
    assert_eq!(api.get("/v1/usage").await.1["time_zone"], json!("America/New_York"));
    test.clock.advance(chrono::Duration::days(62));
    let api = Api::of(&test, boss, &[Role::Admin]);
    assert_eq!(api.get(&format!("/v1/usage?month={changed}")).await.1["time_zone"], json!("Asia/Seoul"));
}

/// The version before stores a new tenant without the zones of its months.
#[tokio::test]
async fn a_tenant_that_the_version_before_stored_keeps_the_zone_of_its_closed_months() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    sqlx::query("DELETE FROM tenant_time_zone").execute(&test.superuser).await.expect("deleted");
    let moved = login::v1::TenantChanged {
        time_zone: "America/New_York".into(),
        changed_at: Some(contracts::convert::timestamp(test.clock.now())),
        ..events::tenant(boss.tenant, "Hangang", 2)
    };
    test.consume(&moved).await.expect("consumed");
    let api = Api::of(&test, boss, &[Role::Admin]);
    assert_eq!(api.get("/v1/usage").await.1["time_zone"], json!("Asia/Seoul"));
}

#[tokio::test]
async fn money_is_shown_apart_in_its_currency() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    let at = "2026-11-15T00:00:00Z";
    let spent = |micros, currency: &str| UsageRecord {
        currency_code: currency.into(),
        ..events::usage(&test, boss.tenant, "ad.spend", micros, at)
    };
    let largest = 1_000_000_000_000_000_000;
    let credit = UsageRecord { metric: "ad.credit".into(), ..spent(500_000_000, "KRW") };
    for record in [spent(largest, "KRW"), spent(2_000_000_000, "KRW"), spent(1_230_000, "USD"), credit] {
        test.consume(&ad::v1::UsageRecorded { record: Some(record) }).await.expect("consumed");
    }
    for wrong in [spent(largest + 1, "KRW"), spent(-1, "KRW"), spent(1, ""), spent(1, "won")] {
        let refused = test.consume(&ad::v1::UsageRecorded { record: Some(wrong) }).await;
        assert!(matches!(refused, Err(ConsumeError::Invalid(_))), "{refused:?}");
    }
    let (_, statement) = Api::of(&test, boss, &[Role::Admin]).get("/v1/usage?month=2026-11").await;
    let lines = statement["lines"].as_array().expect("lines");
    assert!(lines[..5].iter().all(|line| line.get("currency_code").is_none() && line["quantity"] == 0));
    let money = |metric: &str, quantity: i64, code: &str| {
        let mut days = vec![0; 30];
        days[14] = quantity;
        json!({ "metric": metric, "quantity": quantity, "currency_code": code, "days": days })
    };
    assert_eq!(
        lines[5..],
        [
            money("ad.spend", largest + 2_000_000_000, "KRW"),
            money("ad.spend", 1_230_000, "USD"),
            money("ad.credit", 500_000_000, "KRW"),
        ]
    );
    let browser = test.signed_in_as(boss, json!({ "roles": ["admin"], "locale": "ko" })).await;
    let page = browser.get("/usage?month=2026-11").await.text().await.expect("a page");
    for part in ["광고비", "₩1,000,000,002,000", "US$1.23", "₩500"] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    // The metric with usage is shown by day, or the one of the address.
    assert!(
        page.contains("<h3 id=\"days\">일별 · 광고비</h3>") && page.contains("하루 최댓값 ₩1,000,000,002,000"),
        "{page}"
    );
    let page = browser.get("/usage?month=2026-11&metric=ad.spend&currency=USD").await.text().await.expect("a page");
    assert!(page.contains("하루 최댓값 US$1.23") && page.matches("aria-current=\"true\"").count() == 1, "{page}");
    let page = browser.get("/usage?month=2026-11&metric=ad.nothing").await.text().await.expect("a page");
    assert!(page.contains("<h3 id=\"days\">일별 · 광고비</h3>"), "{page}");
}

#[tokio::test]
async fn a_product_may_report_only_its_own_metrics() {
    let test = TestApp::alone().await;
    let record = Some(events::usage(&test, test.person().tenant, "ad.clicks", 1, "2026-11-15T00:00:00Z"));
    let refused = test.consume(&login::v1::UsageRecorded { record }).await;
    assert!(matches!(refused, Err(ConsumeError::Invalid(_))), "{refused:?}");
}

#[tokio::test]
async fn usage_is_for_admins() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let (status, body) = Api::of(&test, mina, &[Role::Member]).get("/v1/usage").await;
    assert_eq!((status, &body["code"]), (403, &json!("forbidden")));
    let member = test.signed_in(mina).await;
    let page = member.get("/usage").await;
    assert_eq!(page.status(), 403);
    assert!(page.text().await.expect("a page").contains("admins"));
    let links = ["href=\"/usage\"", "href=\"http://localhost:8280/campaigns\""];
    let home = member.get("/").await.text().await.expect("a page");
    assert!(links.iter().all(|link| !home.contains(link)), "{home}");
    let boss = test.signed_in_as(test.person(), json!({ "roles": ["member", "admin"] })).await;
    let home = boss.get("/").await.text().await.expect("a page");
    assert!(links.iter().all(|link| home.contains(link)), "{home}");
}

#[tokio::test]
async fn an_admin_sees_the_usage_and_the_spending_of_campaigns_today() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    let (fresh, stale) = (chassis::id::new_uuid(&test.clock), chassis::id::new_uuid(&test.clock));
    let now = test.clock.now();
    for (id, name, version, at) in [
        (fresh, "Winter beans", 2, now),
        (fresh, "Older name", 1, now),
        (stale, "Yesterday's", 1, time("2026-01-01T00:00:00Z")),
    ] {
        test.consume(&events::campaign(id, boss.tenant, name, version, at)).await.expect("consumed");
    }
    let claims = json!({ "roles": ["member", "admin"], "locale": "ko" });
    let page = test.signed_in_as(boss, claims).await.get("/usage").await.text().await.expect("a page");
    for part in [
        "사용량",
        "월간 활성 구성원",
        "Asia/Seoul",
        "Winter beans",
        "<strong>₩1,200</strong> / ₩30,000",
        "<strong>₩0</strong> / ₩30,000",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(!page.contains("Older name"));
}

#[tokio::test]
async fn the_page_shows_the_exact_spending_and_the_budget_that_ad_charges_to() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    let id = chassis::id::new_uuid(&test.clock);
    let mut campaign = events::campaign(id, boss.tenant, "Winter beans", 1, test.clock.now());
    campaign.spent_today = Some(money(20_300_000, "KRW"));
    campaign.daily_budget = Some(money(30_000_500_000, "KRW"));
    test.consume(&campaign).await.expect("consumed");
    let claims = json!({ "roles": ["member", "admin"], "locale": "ko" });
    let page = test.signed_in_as(boss, claims).await.get("/usage").await.text().await.expect("a page");
    assert!(page.contains("<strong>₩20.3</strong> / ₩30,000<"), "{page}");
}

#[tokio::test]
async fn an_admin_sees_the_state_of_each_campaign() {
    let test = TestApp::alone().await;
    let boss = test.person();
    for status in [CampaignStatus::Draft, CampaignStatus::InReview, CampaignStatus::Active, CampaignStatus::Ended] {
        let (id, name) = (chassis::id::new_uuid(&test.clock), format!("campaign {status:?}"));
        let campaign = events::campaign(id, boss.tenant, &name, 1, test.clock.now());
        let campaign = ad::v1::CampaignChanged { status: status.into(), ..campaign };
        test.consume(&campaign).await.expect("consumed");
    }
    let browser = test.signed_in_as(boss, json!({ "roles": ["admin"], "locale": "en" })).await;
    let page = browser.get("/usage").await.text().await.expect("a page");
    for (status, shown) in [("Draft", "Draft"), ("InReview", "In review"), ("Active", "Running"), ("Ended", "Ended")] {
        let (_, row) = page.split_once(&format!("campaign {status}")).expect("the campaign");
        let (row, _) = row.split_once("</li>").expect("the end of the row");
        assert!(row.contains(shown), "{status}: {row}");
    }
}

#[tokio::test]
async fn an_admin_reaches_every_campaign_by_pages() {
    let test = TestApp::alone().await;
    let boss = test.person();
    test.consume(&events::tenant(boss.tenant, "Hangang", 1)).await.expect("consumed");
    let ids: Vec<_> = (0..120).map(|_| chassis::id::new_uuid(&test.clock)).collect();
    let campaign = |number: usize, version| {
        let name = format!("캠페인 {number:03}.");
        events::campaign(ids[number], boss.tenant, &name, version, test.clock.now())
    };
    let paused = |number, version| {
        let status = ad::v1::CampaignStatus::Paused.into();
        ad::v1::CampaignChanged { status, ..campaign(number, version) }
    };
    for number in 0..120 {
        // Every third one is paused, and so at the end.
        let event = if number % 3 == 0 { paused(number, 1) } else { campaign(number, 1) };
        test.consume(&event).await.expect("consumed");
    }
    let browser = test.signed_in_as(boss, json!({ "roles": ["admin"], "locale": "en" })).await;
    let (mut next, mut shown) = (Some("/usage?month=2026-11".to_owned()), vec![]);
    while let Some(address) = next {
        let page = browser.get(&address).await.text().await.expect("a page");
        shown.push((0..120).filter(|number| page.contains(&format!("캠페인 {number:03}."))).collect::<Vec<_>>());
        let link = page.split('"').find(|part| part.starts_with("/usage?month=2026-11&#38;campaigns="));
        next = link.map(|link| link.replace("&#38;", "&").replace("#campaigns", ""));
        if shown.len() == 1 {
            // The last one of the first page moves to the end of the list.
            test.consume(&paused(shown[0][49], 2)).await.expect("consumed");
        }
    }
    assert_eq!(shown.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 21], "one moved, and is shown again");
    let mut all = shown.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all, (0..120).collect::<Vec<_>>());
    assert_eq!(browser.get("/usage?campaigns=7").await.status(), 422);
}

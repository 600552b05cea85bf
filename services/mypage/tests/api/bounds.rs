//! Events of other products with values out of bounds, and with values that this version does not know.

use chassis::{auth::Role, consumer::ConsumeError};
use contracts::{
    ad::v1::{CampaignChanged, DeliveryKind, DeliveryRecorded},
    common::v1::{Money, UsageRecord},
    convert::{money, timestamp},
    login::v1::{SessionChanged, SessionState, TenantChanged, User, UserChanged},
    mypage,
};
use prost_types::Timestamp;
use serde_json::{Value, json};

use crate::{
    api::Api,
    events::{self, time},
    fake::oidc::TestPerson,
    harness::TestApp,
};

fn at(text: &str) -> Option<Timestamp> {
    Some(timestamp(time(text)))
}

async fn page_views(test: &TestApp, boss: TestPerson, month: &str) -> (u16, Value) {
    let (status, usage) = Api::of(test, boss, &[Role::Admin]).get(&format!("/v1/usage?month={month}")).await;
    let lines = usage["lines"].as_array().into_iter().flatten();
    let views = lines.filter(|line| line["metric"] == "mypage.page_views").map(|line| line["quantity"].clone());
    (status, views.collect())
}

#[tokio::test]
async fn a_usage_record_out_of_bounds_is_a_dead_letter_that_names_the_field() {
    let test = TestApp::alone().await;
    let boss = test.person();
    let good = events::usage(&test, boss.tenant, "mypage.page_views", 5, "2026-11-15T00:00:00Z");
    let wrong = [
        ("quantity", UsageRecord { quantity: i64::MAX, ..good.clone() }),
        ("quantity", UsageRecord { quantity: -1, ..good.clone() }),
        ("period_end", UsageRecord { period_end: at("2026-11-14T23:59:59Z"), ..good.clone() }),
        ("period_end", UsageRecord { period_end: at("9999-12-31T00:00:00Z"), ..good.clone() }),
        ("period_start", UsageRecord { period_start: at("0001-01-01T00:00:00Z"), ..good.clone() }),
        ("period_start", UsageRecord { period_start: at("9999-01-01T00:00:00Z"), ..good.clone() }),
        ("period_start", UsageRecord { period_start: None, ..good.clone() }),
        ("metric", UsageRecord { metric: format!("mypage.{}", "x".repeat(1000)), ..good.clone() }),
        ("metric", UsageRecord { metric: "mypage.\0".into(), ..good.clone() }),
        ("usage_id", UsageRecord { usage_id: "7".into(), ..good.clone() }),
    ];
    for (field, record) in wrong {
        let refused = test.consume(&mypage::v1::UsageRecorded { record: Some(record) }).await.expect_err(field);
        assert!(matches!(&refused, ConsumeError::Invalid(why) if why.contains(field)), "{field}: {refused}");
    }
    test.consume(&mypage::v1::UsageRecorded { record: Some(good) }).await.expect("consumed");
    assert_eq!(page_views(&test, boss, "2026-11").await, (200, json!([5])));
}

#[tokio::test]
async fn a_sum_of_records_from_before_the_bounds_is_shown() {
    let test = TestApp::alone().await;
    let boss = test.person();
    for _ in 0..2 {
        sqlx::query("INSERT INTO usage_record VALUES ($1, $2, 'mypage.page_views', $3, $4, $4)")
            .bind(chassis::id::new_uuid(&test.clock))
            .bind(boss.tenant.as_uuid())
            .bind(i64::MAX)
            .bind(time("2026-11-15T00:00:00Z"))
            .execute(&test.superuser)
            .await
            .expect("a row");
    }
    assert_eq!(page_views(&test, boss, "2026-11").await, (200, json!([i64::MAX])));
}

#[tokio::test]
async fn a_delivery_outside_of_time_is_refused_and_its_headline_is_bounded() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let seen = |occurred_at, headline: &str| {
        let delivery = events::delivery(&test, mina, DeliveryKind::Impression, headline);
        DeliveryRecorded { occurred_at, ..delivery }
    };
    for wrong in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z"] {
        let refused = test.consume(&seen(at(wrong), "x")).await.expect_err(wrong);
        assert!(matches!(&refused, ConsumeError::Invalid(why) if why.contains("occurred_at")), "{wrong}: {refused}");
    }
    let now = Some(timestamp(test.clock.now()));
    test.consume(&seen(now, &format!("a\0{}", "b".repeat(100_000)))).await.expect("consumed");
    let (_, page) = Api::of(&test, mina, &[]).get("/v1/activities").await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["items"][0]["subject"].as_str().map(str::len), Some(500));
}

#[tokio::test]
async fn the_end_of_a_session_takes_effect_whatever_its_time_and_device_are() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let browser = test.signed_in(mina).await;
    let ended = SessionChanged {
        changed_at: at("9999-12-31T00:00:00Z"),
        device: "\0".repeat(10_000),
        ..events::session(mina, SessionState::Ended, test.clock.now())
    };
    test.consume(&ended).await.expect("consumed");
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
    let (_, page) = Api::of(&test, mina, &[]).get("/v1/activities").await;
    assert_eq!(page["items"][0]["kind"], "signed_out");
    assert_eq!(time(page["items"][0]["occurred_at"].as_str().expect("a time")), test.clock.now());
}

#[tokio::test]
async fn a_user_is_stored_although_fields_of_it_are_not_known() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let browser = test.signed_in(mina).await;
    let UserChanged { user: Some(user), .. } = events::user(mina, "Mina", 1) else { panic!("a user") };
    let user = User {
        created_at: at("0001-01-01T00:00:00Z"),
        locale: "tlh".into(),
        roles: vec![99, 0],
        status: 99,
        display_name: format!("Mina\0{}", "x".repeat(1000)),
        ..user
    };
    test.consume(&UserChanged { user: Some(user), version: 1, changed_at: None }).await.expect("consumed");
    let (_, page) = Api::of(&test, mina, &[]).get("/v1/me").await;
    assert_eq!(page["profile"]["display_name"].as_str().map(str::len), Some(500));
    let page = browser.get("/").await.text().await.expect("a page");
    assert!(page.contains("Minax") && page.contains("lang=\"en\""), "an unknown status is not a suspension: {page}");
}

#[tokio::test]
async fn a_tenant_is_stored_although_fields_of_it_are_not_known() {
    let test = TestApp::alone().await;
    let boss = test.person();
    let browser = test.signed_in(boss).await;
    let tenant = TenantChanged {
        time_zone: "Mars/Olympus".into(),
        currency_code: "martian".into(),
        locale: "tlh".into(),
        status: 99,
        changed_at: at("9999-12-31T00:00:00Z"),
        ..events::tenant(boss.tenant, "Olympus", 1)
    };
    test.consume(&tenant).await.expect("consumed");
    let (_, usage) = Api::of(&test, boss, &[Role::Admin]).get("/v1/usage").await;
    assert_eq!(usage["time_zone"], "UTC");
    let stored: (String, String) = sqlx::query_as("SELECT time_zone, currency_code FROM tenant")
        .fetch_one(&test.superuser)
        .await
        .expect("a tenant");
    assert_eq!(stored, ("Mars/Olympus".into(), "XXX".into()), "a later version may know the time zone");
    assert!(browser.get("/").await.text().await.expect("a page").contains("Olympus"), "still signed in");
}

#[tokio::test]
async fn a_campaign_is_shown_although_fields_of_it_are_not_known() {
    let test = TestApp::alone().await;
    let boss = test.person();
    let id = chassis::id::new_uuid(&test.clock);
    let campaign = |version| CampaignChanged {
        version,
        changed_at: None,
        ..events::campaign(id, boss.tenant, "Winter beans", version, test.clock.now())
    };
    let unknown = CampaignChanged { status: 99, daily_budget: None, spent_today: None, ..campaign(1) };
    test.consume(&unknown).await.expect("consumed");
    let browser = test.signed_in_as(boss, json!({ "roles": ["admin"], "locale": "en" })).await;
    let page = browser.get("/usage").await.text().await.expect("a page");
    assert!(page.contains("Winter beans") && page.contains("Paused"), "{page}");

    let huge = |micros| Some(Money { micros, ..money(0, "KRW") });
    let out_of_bounds = CampaignChanged { daily_budget: huge(i64::MAX), spent_today: huge(i64::MIN), ..campaign(2) };
    test.consume(&out_of_bounds).await.expect("consumed");
    let page = browser.get("/usage").await.text().await.expect("a page");
    assert!(page.contains("<strong>₩0</strong> / ₩1,000,000,000"), "{page}");
}

#[tokio::test]
async fn a_timeline_is_shown_although_a_later_version_stored_another_kind() {
    let test = TestApp::alone().await;
    let mina = test.person();
    test.consume(&events::session(mina, SessionState::Active, test.clock.now())).await.expect("consumed");
    for sql in [
        "ALTER TABLE activity DROP CONSTRAINT activity_kind",
        "INSERT INTO activity SELECT gen_random_uuid(), tenant_id, user_id, 99, 'ate_lunch', 'Kimchi', occurred_at FROM activity",
    ] {
        sqlx::query(sql).execute(&test.superuser).await.expect("as the later version");
    }
    let (status, page) = Api::of(&test, mina, &[]).get("/v1/activities").await;
    let kinds: Vec<_> =
        page["items"].as_array().into_iter().flatten().filter_map(|item| item["kind"].as_str()).collect();
    assert!(status == 200 && kinds.len() == 2 && kinds.contains(&"other"), "{status} {page}");
    let page = test.signed_in(mina).await.get("/").await.text().await.expect("a page");
    assert!(page.contains("Other activity") && page.contains("Kimchi"), "{page}");
}

#[tokio::test]
async fn a_version_that_would_hide_all_later_ones_is_refused() {
    let test = TestApp::alone().await;
    let mina = test.person();
    for version in [i64::MAX, 0, i64::MIN] {
        let outcomes = [
            test.consume(&events::user(mina, "Last", version)).await,
            test.consume(&events::tenant(mina.tenant, "Last", version)).await,
            test.consume(&events::campaign(mina.tenant.as_uuid(), mina.tenant, "Last", version, test.clock.now()))
                .await,
        ];
        for outcome in outcomes {
            let refused = matches!(&outcome, Err(ConsumeError::Invalid(why)) if why.contains("version"));
            assert!(refused, "{version}: {outcome:?}");
        }
    }
}

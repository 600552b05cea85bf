//! Credits in the ledger.

use ad::{
    admin::{Command, CreditArguments, execute},
    domain::{charge::ChargeId, delivery::Outcome},
};
use contracts::ad::v1::UsageRecorded;
use serde_json::{Value, json};

use crate::{
    harness::{Tenant, TestApp},
    requests::money,
};

fn command(charge_id: &str, micros: Option<i64>) -> Command {
    let charge_id = charge_id.parse().expect("an id");
    Command::Credit(CreditArguments { charge_id, reason: "Clicks of a broken page".into(), micros })
}

async fn ledger(test: &TestApp, tenant: &Tenant) -> Vec<Value> {
    let (status, page) = test.get("/v1/ledger", &tenant.admin_token).await;
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_credit_is_a_line_beside_its_charge_and_never_more_than_what_is_left() {
    let test = TestApp::start().await;
    let (tenant, other) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&tenant, json!({ "bid": money(100, "KRW"), "daily_budget": money(100, "KRW") })).await;
    test.click(&test.serve(&other, &tenant, id, 100)).await;
    let charge = ledger(&test, &tenant).await.remove(0);
    assert_eq!((&charge["kind"], &charge["amount"]), (&json!("charge"), &money(100, "KRW")));
    let charge_id = charge["entry_id"].as_str().expect("an id");

    let credit = async |micros| execute(&test.app, command(charge_id, micros)).await;
    let done = credit(Some(30_000_000)).await.expect("credited");
    assert!(done.starts_with(&format!("credited 30000000 micros KRW of charge {charge_id}: credit ")), "{done}");
    let refused = credit(Some(71_000_000)).await.expect_err("too much");
    assert!(refused.ends_with("the amount must be 1 to 70000000 micros, what is left of it"), "{refused}");
    credit(None).await.expect("the rest");
    assert!(credit(None).await.expect_err("nothing").ends_with("nothing of it is left"));
    let unknown = ChargeId::new(&test.clock).to_string();
    let refused = execute(&test.app, command(&unknown, None)).await.expect_err("unknown");
    assert_eq!(refused, format!("charge {unknown}: there is no such charge"));

    let lines = ledger(&test, &tenant).await;
    let shown: Vec<_> = lines.iter().map(|line| (line["kind"].as_str(), line["amount"].clone())).collect();
    let (charged, credited) = (Some("charge"), Some("credit"));
    assert_eq!(shown, [(credited, money(70, "KRW")), (credited, money(30, "KRW")), (charged, money(100, "KRW"))]);
    assert_eq!((&lines[0]["charge_id"], &lines[0]["reason"]), (&json!(charge_id), &json!("Clicks of a broken page")));
    assert!(ledger(&test, &other).await.is_empty());

    // The budget of the day stays spent.
    let outcome = test.click(&test.serve(&other, &tenant, id, 100)).await.outcome;
    assert_eq!(outcome, Outcome::OverBudget);
    let mut usage = test.usage().await;
    usage.sort();
    let expected = [("ad.clicks", 1), ("ad.credit", 100_000_000), ("ad.spend", 100_000_000)];
    assert_eq!(usage, expected.map(|(metric, quantity)| (metric.to_owned(), quantity)));
    let records: Vec<_> = test.published::<UsageRecorded>().await;
    assert!(records.iter().all(|(advertiser, _)| *advertiser == tenant.id));
    assert_eq!(execute(&test.app, Command::Reconcile).await.as_deref(), Ok("no differences"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_credits_do_not_exceed_the_charge() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    test.click(&test.serve(&tenant, &tenant, id, 100)).await;
    let charge_id = ledger(&test, &tenant).await[0]["entry_id"].as_str().expect("an id").to_owned();
    let mut credits = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (app, command) = (test.app.clone(), command(&charge_id, Some(30_000_000)));
        credits.spawn(async move { execute(&app, command).await.is_ok() });
    }
    let done = credits.join_all().await.into_iter().filter(|done| *done).count();
    assert_eq!((done, test.count("SELECT sum(amount_micros)::bigint FROM credit").await), (3, 90_000_000));
}

#[tokio::test]
async fn a_credit_cannot_be_changed_and_needs_a_reason() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    test.click(&test.serve(&tenant, &tenant, id, 100)).await;
    let charge_id = ledger(&test, &tenant).await[0]["entry_id"].as_str().expect("an id").to_owned();
    let silent = CreditArguments { charge_id: charge_id.parse().expect("an id"), reason: " ".into(), micros: None };
    let refused = execute(&test.app, Command::Credit(silent)).await.expect_err("no reason");
    assert_eq!(refused, "--reason: must not be empty");
    execute(&test.app, command(&charge_id, None)).await.expect("credited");
    for sql in ["UPDATE credit SET amount_micros = 1", "DELETE FROM credit"] {
        let mut tx = test.app.db.begin(tenant.id).await.expect("a transaction");
        let refused = sqlx::query(sql).execute(&mut *tx).await.expect_err("refused");
        assert!(refused.to_string().contains("permission denied"), "{refused}");
    }
}

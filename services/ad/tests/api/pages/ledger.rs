//! Tests of the ledger.

use ad::{
    domain::{delivery::DeliveryKind, refusal::Refusal},
    usecase::{
        credit_charge::{self, credit_charge},
        record_delivery::{record_delivery, refuse},
        store_refusals::store_refusals,
    },
};
use uuid::Uuid;

use super::*;

/// Records an impression and a charged click of the campaign.
pub(super) async fn click(pages: &Pages, campaign: CampaignId, won: i64) {
    let viewer = pages.test.tenant("Viewer", "KRW").await;
    let advertiser = pages.test.tenant_without_event(pages.tenant);
    let serve = pages.test.serve(&viewer, &advertiser, campaign, won);
    for kind in [DeliveryKind::Impression, DeliveryKind::Click] {
        record_delivery(&pages.test.app, kind, &serve).await.expect("recorded");
    }
}

#[tokio::test]
async fn the_ledger_has_each_charge_as_a_row_and_in_the_export() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    assert!(page(browser.get("/ledger").await, 200).await.contains("Nothing was charged yet"));
    let id = pages.campaign(json!({ "name": "=HYPERLINK(\"x\")" })).await;
    click(&pages, id, 150).await;
    click(&pages, id, 120).await;
    let text = page(browser.get("/ledger").await, 200).await;
    assert!(text.contains("₩150") && text.contains("₩120") && text.contains("Asia/Seoul"), "{text}");

    let export = browser.get("/ledger.csv").await;
    assert_eq!(export.headers()["content-type"], "text/csv; charset=utf-8");
    assert!(export.headers()["content-disposition"].to_str().expect("text").starts_with("attachment"));
    let csv = export.text().await.expect("a file");
    let lines: Vec<_> = csv.split_terminator("\r\n").collect();
    assert_eq!(
        lines[0],
        "entry_id,kind,occurred_at,day,campaign_id,campaign,amount,currency,credited_charge_id,reason"
    );
    assert_eq!(lines.len(), 3);
    assert!(lines[1].ends_with(",\"'=HYPERLINK(\"\"x\"\")\",120,KRW,,"), "{csv}");

    let acme = pages.test.tenant("Acme", "KRW").await;
    let other = pages.admin_of(acme.id).await;
    assert_eq!(page(other.get("/ledger.csv").await, 200).await.lines().count(), 1);
}

#[tokio::test]
async fn a_credit_is_a_line_with_its_reason_and_lowers_the_spending() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let id = pages.campaign(json!({})).await;
    click(&pages, id, 150).await;
    let charge: Uuid =
        sqlx::query_scalar("SELECT charge_id FROM charge").fetch_one(&pages.test.superuser).await.expect("a charge");
    let request =
        credit_charge::Request { charge_id: charge.into(), micros: Some(50_000_000), reason: "=a robot".into() };
    credit_charge(&pages.test.app, request).await.expect("credited");
    let text = page(browser.get("/ledger").await, 200).await;
    assert!(text.contains("Credit: =a robot") && text.contains("−₩50"), "{text}");
    let csv = page(browser.get("/ledger.csv").await, 200).await;
    assert!(csv.contains(&format!(",-50,KRW,{charge},\"'=a robot\"")), "{csv}");
    let detail = page(browser.get(&format!("/campaigns/{id}?by=day")).await, 200).await;
    assert!(detail.contains("<dt>Spending</dt><dd>₩100</dd>"), "{detail}");
}

#[tokio::test]
async fn the_report_names_what_was_not_charged() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let id = pages.campaign(json!({})).await;
    click(&pages, id, 150).await;
    let viewer = pages.test.tenant("Viewer", "KRW").await;
    let serve = pages.test.serve(&viewer, &pages.test.tenant_without_event(pages.tenant), id, 150);
    refuse(&pages.test.app, DeliveryKind::Click, &serve, Refusal::Robot);
    store_refusals(&pages.test.app).await.expect("stored");
    let detail = page(browser.get(&format!("/campaigns/{id}")).await, 200).await;
    assert!(detail.contains("<dt>Robots and link previews</dt><dd>1</dd>"), "{detail}");
    assert!(detail.contains("<dt>Impressions</dt><dd>1</dd>") && detail.contains("<dd>100.0%</dd>"), "{detail}");
    assert!(page(browser.get("/campaigns").await, 200).await.contains("<dt>CTR</dt><dd>100.0%</dd>"));
}

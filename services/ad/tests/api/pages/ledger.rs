//! Tests of the ledger.

use super::*;

/// Charges a click of the campaign.
async fn click(pages: &Pages, campaign: CampaignId, won: i64) {
    let viewer = pages.test.tenant("Viewer", "KRW").await;
    let advertiser = pages.test.tenant_without_event(pages.tenant);
    let serve = pages.test.serve(&viewer, &advertiser, campaign, won);
    pages.test.click(&serve).await;
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
    assert_eq!(lines[0], "charge_id,occurred_at,day,campaign_id,campaign,amount,currency");
    assert_eq!(lines.len(), 3);
    assert!(lines[1].ends_with(",\"'=HYPERLINK(\"\"x\"\")\",120,KRW"), "{csv}");

    let acme = pages.test.tenant("Acme", "KRW").await;
    let other = pages.admin_of(acme.id).await;
    assert_eq!(page(other.get("/ledger.csv").await, 200).await.lines().count(), 1);
}

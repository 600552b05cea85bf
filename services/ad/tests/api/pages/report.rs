//! Tests of the report, and of who may see and change a campaign.

use super::{
    campaigns::{status, with},
    *,
};

#[tokio::test]
async fn the_report_has_charts_a_table_and_a_file() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let id = pages.campaign(json!({})).await;
    ledger::click(&pages, id, 150).await;
    for (by, rows) in [("hour", 24), ("month", 12)] {
        let path = format!("/campaigns/{id}?by={by}");
        let detail = page(browser.get(&path).await, 200).await;
        assert_eq!(detail.matches("<svg").count(), 3, "{detail}");
        assert_eq!(detail.matches("<th scope=\"row\"").count(), rows, "{by}");
        assert!(detail.contains("<dt>Charged clicks</dt><dd>1</dd>") && detail.contains("<dd>₩150</dd>"), "{detail}");
    }
    let file = browser.get(&format!("/campaigns/{id}/report.csv?by=day")).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let csv = file.text().await.expect("a file");
    assert!(csv.starts_with("start,period,impressions,clicks,spent,currency\r\n"), "{csv}");
    assert_eq!(csv.lines().filter(|line| line.ends_with(",day,1,1,150,KRW")).count(), 1, "{csv}");
    let mistyped = format!("/campaigns/{id}?by=week&on=yesterday");
    assert_eq!(browser.get(&mistyped).await.status(), 200);
}

#[tokio::test]
async fn another_tenant_and_a_member_cannot_open_or_change_a_campaign() {
    let pages = Pages::start().await;
    let id = pages.campaign(json!({})).await;
    let acme = pages.test.tenant("Acme", "KRW").await;
    let (other, member) =
        (pages.admin_of(acme.id).await, pages.signed_in_as(pages.person(pages.tenant), json!({})).await);
    for path in ["", "/edit", "/report.csv"].map(|end| format!("/campaigns/{id}{end}")) {
        assert_eq!(other.get(&path).await.status(), 404, "{path}");
        assert_eq!(member.get(&path).await.status(), 403, "{path}");
        assert!(pages.browser().get(&path).await.status().is_redirection(), "{path}");
    }
    let form = with(&[("revision", "1"), ("status", "paused")]);
    for path in ["", "/status", "/duplicate", "/creatives"].map(|end| format!("/campaigns/{id}{end}")) {
        assert_eq!(other.post(&path, &form).await.status(), 404, "{path}");
        assert_eq!(member.post(&path, &form).await.status(), 403, "{path}");
        let signed_out = pages.browser().post(&path, &form).await;
        assert_eq!(location(&signed_out), "/auth/sign-in?return_to=%2Fcampaigns", "{path}");
    }
    assert_eq!(status(&pages).await, "active");
}

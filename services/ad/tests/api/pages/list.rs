//! Tests of the list of campaigns.

use super::*;

#[tokio::test]
async fn the_list_shows_state_and_spending() {
    let pages = Pages::start().await;
    let id = pages.campaign(json!({ "name": "Jeju <b>" })).await;
    sqlx::query("INSERT INTO campaign_day (campaign_id, day, tenant_id, spent_micros) VALUES ($1, $2, $3, 1200000000)")
        .bind(id.as_uuid())
        .bind(pages.test.clock.now().with_timezone(&chrono_tz::Asia::Seoul).date_naive())
        .bind(pages.tenant.as_uuid())
        .execute(&pages.test.superuser)
        .await
        .expect("a day");
    let text = page(pages.admin().await.get("/campaigns").await, 200).await;
    for expected in ["Jeju &#60;b&#62;", "Running", "₩1,200</strong> / ₩30,000", "₩1,200 of ₩30,000 spent today"]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let korean = pages.signed_in_as(pages.person(pages.tenant), json!({ "roles": ["admin"], "locale": "ko" })).await;
    assert!(page(korean.get("/campaigns").await, 200).await.contains("게재 중"));
}

#[tokio::test]
async fn another_tenant_sees_its_own_campaigns_only() {
    let pages = Pages::start().await;
    pages.campaign(json!({ "name": "Only ours" })).await;
    let acme = pages.test.tenant("Acme", "USD").await;
    let text = page(pages.admin_of(acme.id).await.get("/campaigns").await, 200).await;
    assert!(text.contains("Your first campaign") && !text.contains("Only ours"), "{text}");
}

#[tokio::test]
async fn older_campaigns_are_on_the_next_page() {
    let pages = Pages::start().await;
    for number in 0..51 {
        pages.campaign(json!({ "name": format!("Campaign {number:02}") })).await;
    }
    let browser = pages.admin().await;
    let first = page(browser.get("/campaigns").await, 200).await;
    assert!(first.contains("Campaign 50") && first.contains("Campaign 01") && !first.contains("Campaign 00"));
    let older = first.split("href=\"").find(|part| part.starts_with("/campaigns?before=")).expect("a link");
    let second = page(browser.get(older.split('"').next().expect("a path")).await, 200).await;
    assert!(second.contains("Campaign 00") && !second.contains("Campaign 01"), "{second}");
}

#[tokio::test]
async fn a_tenant_that_is_not_known_yet_is_asked_to_wait() {
    let pages = Pages::start().await;
    let browser = pages.admin_of(TenantId::new(&pages.test.clock)).await;
    assert!(page(browser.get("/campaigns").await, 409).await.contains("One moment please"));
}

//! The ledger.

use serde_json::json;

use crate::{harness::TestApp, requests::money};

#[tokio::test]
async fn pages_list_each_charge_once_newest_first() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    for won in 101..=105 {
        let serve = test.serve(&tenant, &tenant, id, won);
        test.click(&serve).await;
    }
    let mut prices = Vec::new();
    let mut path = "/v1/charges?limit=2".to_owned();
    loop {
        let (status, page) = test.get(&path, &tenant.admin_token).await;
        assert_eq!(status, 200, "{page}");
        for charge in page["items"].as_array().expect("items") {
            assert_eq!(charge["campaign_id"], id.to_string());
            prices.push(charge["price"].clone());
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/charges?limit=2&cursor={cursor}");
    }
    assert_eq!(prices, (101..=105).rev().map(|won| money(won, "KRW")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_charge_cannot_be_changed() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let serve = test.serve(&tenant, &tenant, id, 100);
    test.click(&serve).await;
    for sql in ["UPDATE charge SET price_micros = 1", "DELETE FROM charge"] {
        let mut tx = test.app.db.begin(tenant.id).await.expect("a transaction");
        let refused = sqlx::query(sql).execute(&mut *tx).await.expect_err("refused");
        assert!(refused.to_string().contains("permission denied"), "{refused}");
    }
}

//! Two replicas share campaigns and links.

use ad::usecase::select_ads::{Request, Selected, select_ads};
use reqwest::Method;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::harness::TestApp;

#[tokio::test]
async fn a_change_on_one_replica_reaches_the_index_of_the_other() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let other = test.replica();
    let stop = CancellationToken::new();
    let running = tokio::spawn(other.index.clone().run(stop.clone()));
    let has_candidates = async |count: usize| {
        support::eventually("the other replica's index", async || {
            let candidates = other.index.candidates()?;
            (candidates.len() == count).then_some(())
        })
        .await;
    };
    has_candidates(0).await;
    assert!(other.readiness().is_ready().await);
    let id = test.campaign(&tenant, json!({})).await;
    has_candidates(1).await;

    let request = Request {
        user_id: tenant.member,
        tenant_id: tenant.id,
        placement: "mypage.home".into(),
        locale: "ko".into(),
        count: 1,
    };
    let selected: Vec<Selected> = select_ads(&other, request).await.expect("ads");
    test.seen(&selected[0].serve).await;
    let token = other.links.token(&selected[0].serve);
    // Each replica reads the links of the other.
    assert_eq!(test.browse(&format!("/c/{token}")).await.status(), 303);

    let pause = json!({ "status": "paused" });
    test.send(Method::PATCH, &format!("/v1/campaigns/{id}"), &tenant.admin_token, &pause).await;
    has_candidates(0).await;
    stop.cancel();
    running.await.expect("stopped");
}

//! Two replicas of ad agree.

use ad::usecase::select_ads::{Request, Selected, select_ads};
use reqwest::Method;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::app::TestApp;

#[tokio::test]
async fn a_change_made_on_one_reaches_the_index_of_the_other() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let other = app.replica();
    let stop = CancellationToken::new();
    let running = tokio::spawn(other.index.clone().run(stop.clone()));
    let sees = async |count: usize| {
        support::eventually("the other replica's index", async || {
            let campaigns = other.index.campaigns()?;
            (campaigns.len() == count).then_some(())
        })
        .await;
    };
    sees(0).await;
    assert!(other.readiness().is_ready().await);
    let id = app.campaign(&tenant, json!({})).await;
    sees(1).await;

    let request = Request {
        user_id: tenant.member,
        tenant_id: tenant.id,
        placement: "mypage.home".into(),
        locale: "ko".into(),
        count: 1,
    };
    let selected: Vec<Selected> = select_ads(&other.db, &app.clock, &other.index, request).await.expect("ads");
    let token = other.links.token(&selected[0].serve);
    // The link of one is good at the other.
    assert_eq!(app.browse(&format!("/c/{token}")).await.status(), 303);

    let pause = json!({ "status": "paused" });
    app.send(Method::PATCH, &format!("/v1/campaigns/{id}"), &tenant.admin_token, &pause).await;
    sees(0).await;
    stop.cancel();
    running.await.expect("stopped");
}

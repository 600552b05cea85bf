//! The API of campaigns.

use chassis::id::TenantId;
use contracts::ad::v1::{CampaignChanged, CampaignStatus};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::TestApp,
    requests::{campaign_body, money},
};

#[tokio::test]
async fn a_campaign_is_created_read_and_published() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let (status, created) = test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &campaign_body("KRW")).await;
    assert_eq!(status, 201, "{created}");
    assert_eq!(created["status"], "active");
    assert_eq!(created["version"], 1);
    assert_eq!(created["interests"], json!(["travel"]));
    assert_eq!(created["spent_today"], money(0, "KRW"));

    let id = created["campaign_id"].as_str().expect("an id");
    let (status, read) = test.get(&format!("/v1/campaigns/{id}"), &tenant.admin_token).await;
    assert_eq!((status, &read), (200, &created));

    let published = test.published::<CampaignChanged>().await;
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].0, tenant.id);
    assert_eq!(published[0].1.campaign_id, id);
    assert_eq!(published[0].1.version, 1);
    assert_eq!(published[0].1.status(), CampaignStatus::Active);
    assert_eq!(published[0].1.bid.as_ref().map(|bid| bid.micros), Some(300_000_000));
}

#[tokio::test]
async fn every_invalid_field_is_named() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let mut body = campaign_body("USD");
    body["headline"] = "".into();
    body["landing_url"] = "javascript:alert(1)".into();
    let (status, problem) = test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await;
    assert_eq!((status, &problem["code"]), (422, &json!("invalid_request")));
    let fields: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["headline", "landing_url", "bid.currency_code", "daily_budget.currency_code"]);

    let missing = json!({ "name": "only a name" });
    let (status, problem) = test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &missing).await;
    assert_eq!((status, &problem["code"]), (422, &json!("invalid_request")), "{problem}");
    assert_eq!(test.count("SELECT count(*) FROM campaign").await, 0);
    assert!(test.published::<CampaignChanged>().await.is_empty());
}

#[tokio::test]
async fn an_unknown_tenant_and_an_unsupported_currency_are_refused() {
    let test = TestApp::start().await;
    let unknown = test.tenant_without_event(TenantId::new(&test.clock));
    let (status, problem) = test.send(Method::POST, "/v1/campaigns", &unknown.admin_token, &campaign_body("KRW")).await;
    assert_eq!((status, &problem["code"]), (409, &json!("tenant_not_known_yet")));

    let swiss = test.tenant("Aare", "CHF").await;
    let (status, problem) = test.send(Method::POST, "/v1/campaigns", &swiss.admin_token, &campaign_body("CHF")).await;
    assert_eq!((status, &problem["code"]), (422, &json!("currency_not_supported")));
}

#[tokio::test]
async fn a_repeated_idempotency_key_creates_one_campaign() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let send = |body: Value| {
        let request = test.request(Method::POST, "/v1/campaigns", &tenant.admin_token);
        async move {
            let answer = request.header("Idempotency-Key", "spring-1").json(&body).send().await.expect("an answer");
            (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
        }
    };
    let first = send(campaign_body("KRW")).await;
    let second = send(campaign_body("KRW")).await;
    assert_eq!(first.0, 201);
    assert_eq!(first, second);
    assert_eq!(test.count("SELECT count(*) FROM campaign").await, 1);
    assert_eq!(test.published::<CampaignChanged>().await.len(), 1);

    let mut other = campaign_body("KRW");
    other["name"] = "Autumn".into();
    let (status, problem) = send(other).await;
    assert_eq!((status, &problem["code"]), (422, &json!("idempotency_key_reused")));
}

#[tokio::test]
async fn pages_list_each_campaign_once_newest_first() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    for number in 1..=5 {
        test.campaign(&tenant, json!({ "name": format!("campaign {number}") })).await;
    }
    let mut names = Vec::new();
    let mut path = "/v1/campaigns?limit=2".to_owned();
    loop {
        let (status, page) = test.get(&path, &tenant.admin_token).await;
        assert_eq!(status, 200, "{page}");
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 2);
        names.extend(items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/campaigns?limit=2&cursor={cursor}");
    }
    assert_eq!(names, ["campaign 5", "campaign 4", "campaign 3", "campaign 2", "campaign 1"]);

    let (status, problem) = test.get("/v1/campaigns?limit=0", &tenant.admin_token).await;
    assert_eq!(status, 422, "{problem}");
}

#[tokio::test]
async fn a_change_changes_only_the_fields_that_it_names() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let path = format!("/v1/campaigns/{id}");
    let change = |body: Value| {
        let (test, path, token) = (&test, path.clone(), tenant.admin_token.clone());
        async move { test.send(Method::PATCH, &path, &token, &body).await }
    };
    let (status, paused) = change(json!({ "status": "paused" })).await;
    assert_eq!((status, &paused["status"], &paused["version"]), (200, &json!("paused"), &json!(2)), "{paused}");
    assert_eq!(paused["bid"], money(300, "KRW"));

    // A change to the same values publishes nothing.
    let (_, same) = change(json!({ "status": "paused" })).await;
    assert_eq!(same["version"], 2);

    let (_, raised) = change(json!({ "bid": money(400, "KRW"), "daily_budget": money(400, "KRW") })).await;
    assert_eq!((&raised["bid"], &raised["version"]), (&money(400, "KRW"), &json!(3)));

    let (status, problem) = change(json!({ "bid": money(401, "KRW") })).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("bid.micros")));
    let versions: Vec<_> =
        test.published::<CampaignChanged>().await.into_iter().map(|(_, event)| event.version).collect();
    assert_eq!(versions, [1, 2, 3]);
}

#[tokio::test]
async fn a_misspelled_field_and_one_that_cannot_change_do_not_look_like_a_change() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let body = json!({ "daily_budgett": money(1, "KRW"), "headline": "New", "status": "paused" });
    let (status, problem) = test.send(Method::PATCH, &format!("/v1/campaigns/{id}"), &tenant.admin_token, &body).await;
    let errors: Vec<_> =
        problem["errors"].as_array().expect("errors").iter().map(|error| (&error["field"], &error["code"])).collect();
    let expected = [(json!("daily_budgett"), json!("unknown_field")), (json!("headline"), json!("fixed"))];
    assert_eq!((status, errors), (422, expected.iter().map(|(field, code)| (field, code)).collect()), "{problem}");
    let (_, campaign) = test.get(&format!("/v1/campaigns/{id}"), &tenant.admin_token).await;
    assert_eq!((&campaign["status"], &campaign["version"]), (&json!("active"), &json!(1)), "nothing was changed");

    let mut paused = campaign_body("KRW");
    paused["status"] = "paused".into();
    let (status, problem) = test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &paused).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("status")), "a new campaign is active");
}

#[tokio::test]
async fn only_admins_and_the_tenants_clients_manage_campaigns() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    for path in
        ["/v1/campaigns".to_owned(), format!("/v1/campaigns/{id}"), "/v1/charges".to_owned(), "/v1/ledger".to_owned()]
    {
        assert_eq!(test.get(&path, &tenant.member_token).await.0, 403, "{path}");
        assert_eq!(test.get(&path, &test.service_token()).await.0, 403, "{path}");
        assert_eq!(test.get(&path, "not-a-token").await.0, 401, "{path}");
    }
    let created = test.send(Method::POST, "/v1/campaigns", &tenant.member_token, &campaign_body("KRW")).await;
    assert_eq!(created.0, 403);
    let changed = test.send(Method::PATCH, &format!("/v1/campaigns/{id}"), &tenant.member_token, &json!({})).await;
    assert_eq!(changed.0, 403);
}

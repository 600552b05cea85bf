//! `Idempotency-Key` with a real Postgres: one effect per key, for any number of repeated requests.

use axum::{Router, body::Body, extract::State, routing::post};
use chassis::{
    clock::Clock,
    db::Db,
    http::Json,
    id::{TenantId, UserId},
    idempotency::{self, Answer, IdempotencyKey, Owner},
    migrate::Schema,
    problem::Problem,
};
use chrono::Duration;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use sqlx::{Acquire, migrate::Migrator};
use tower::ServiceExt;

static NO_MIGRATIONS: Migrator = Migrator::DEFAULT;
static SCHEMA: Schema = Schema { product: "chassis", migrator: &NO_MIGRATIONS, writes: &[], reads: &[] };

/// An app with one endpoint. Each request creates a row in the outbox, a table with row-level security.
#[derive(Clone)]
struct App {
    db: Db,
    clock: Clock,
    tenant: TenantId,
    user: UserId,
}

impl App {
    async fn start() -> Self {
        let database = support::database(&SCHEMA).await;
        let db = Db::connect(&database.config()).expect("addresses");
        let clock = Clock::fixed(Clock::system().now());
        Self { tenant: TenantId::new(&clock), user: UserId::new(&clock), db, clock }
    }

    async fn create(&self, key: Option<&str>, body: &Value) -> (StatusCode, Value, bool) {
        let request = Request::post("/v1/things").header("content-type", "application/json");
        let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
        let router = Router::new().route("/v1/things", post(create_thing)).with_state(self.clone());
        let response = router.oneshot(request.body(Body::from(body.to_string())).expect("a request")).await;
        let (head, body) = response.expect("infallible").into_parts();
        let body = axum::body::to_bytes(body, 4096).await.expect("a body");
        (head.status, serde_json::from_slice(&body).expect("json"), head.headers.contains_key("idempotency-replayed"))
    }

    async fn things(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(self.db.worker()).await.expect("a count")
    }
}

async fn create_thing(
    State(app): State<App>,
    key: Option<IdempotencyKey>,
    Json(body): Json<Value>,
) -> Result<Answer, Problem> {
    let mut tx = app.db.begin(app.tenant).await?;
    let caller = chassis::auth::Caller::Service(chassis::auth::Service {
        client_id: app.user.to_string(),
        tenant_id: Some(app.tenant),
        scope: String::new(),
    });
    let owner = Owner::new(app.tenant, &caller);
    let answer = idempotency::run(&mut tx, &app.clock, owner, key.as_ref(), &body, async |tx| {
        if body["fail"] == true {
            return Err(Problem::new(StatusCode::CONFLICT, "refused", "As requested."));
        }
        let id = UserId::new(&app.clock);
        let insert =
            "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time) VALUES ($1, $2, '', '', '', now())";
        sqlx::query(insert).bind(id).bind(app.tenant).execute(tx.acquire().await?).await?;
        Ok((StatusCode::CREATED, json!({ "thing_id": id })))
    })
    .await?;
    tx.commit().await?;
    Ok(answer)
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let app = App::start().await;
    let (status, first, replayed) = app.create(Some("k"), &json!({ "name": "tea" })).await;
    assert_eq!((status, replayed), (StatusCode::CREATED, false));
    assert_eq!(app.create(Some("k"), &json!({ "name": "tea" })).await, (StatusCode::CREATED, first, true));
    assert_eq!(app.things().await, 1);
}

#[tokio::test]
async fn without_a_key_each_request_creates_a_thing() {
    let app = App::start().await;
    for _ in 0..2 {
        app.create(None, &json!({})).await;
    }
    assert_eq!(app.things().await, 2);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let app = App::start().await;
    app.create(Some("k"), &json!({ "name": "tea" })).await;
    let (status, problem, _) = app.create(Some("k"), &json!({ "name": "coffee" })).await;
    assert_eq!((status.as_u16(), &problem["code"]), (422, &json!("idempotency_key_reused")));
    let (status, problem, _) = app.create(Some(&"k".repeat(256)), &json!({})).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (422, &json!("Idempotency-Key")));
}

#[tokio::test]
async fn concurrent_requests_create_one_thing() {
    let app = App::start().await;
    let body = json!({ "name": "tea" });
    let answers = futures::future::join_all((0..8).map(|_| app.create(Some("k"), &body))).await;
    assert_eq!(answers.iter().filter(|(_, _, replayed)| !replayed).count(), 1);
    assert!(answers.iter().all(|(status, body, _)| *status == StatusCode::CREATED && *body == answers[0].1));
    assert_eq!(app.things().await, 1);
}

#[tokio::test]
async fn a_failed_request_can_be_repeated() {
    let app = App::start().await;
    assert_eq!(app.create(Some("k"), &json!({ "fail": true })).await.0, StatusCode::CONFLICT);
    assert_eq!(app.create(Some("k"), &json!({ "fail": false })).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn callers_and_tenants_have_separate_keys() {
    let app = App::start().await;
    let colleague = App { user: UserId::new(&app.clock), ..app.clone() };
    let other_tenant = App { tenant: TenantId::new(&app.clock), ..app.clone() };
    for caller in [&app, &colleague, &other_tenant] {
        assert!(!caller.create(Some("k"), &json!({})).await.2);
    }
    assert_eq!(app.things().await, 3);
}

#[tokio::test]
async fn a_response_is_retained_for_a_day() {
    let app = App::start().await;
    app.create(Some("k"), &json!({})).await;
    app.clock.advance(Duration::hours(24) - Duration::seconds(1));
    assert!(app.create(Some("k"), &json!({})).await.2);
    app.clock.advance(Duration::seconds(1));
    assert!(!app.create(Some("k"), &json!({ "name": "another" })).await.2);
}

#[tokio::test]
async fn a_response_that_contains_an_erased_person_is_deleted() {
    let app = App::start().await;
    let (_, made, _) = app.create(Some("k"), &json!({})).await;
    let mut tx = app.db.begin(app.tenant).await.expect("a transaction");
    idempotency::delete(&mut tx, made["thing_id"].as_str().expect("an id")).await.expect("deleted");
    tx.commit().await.expect("committed");
    let (_, _, replayed) = app.create(Some("k"), &json!({})).await;
    assert!(!replayed, "the request runs again");
    assert_eq!(app.things().await, 2);
}

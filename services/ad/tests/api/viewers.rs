//! The memory of viewers on several replicas: consent, lost connections, and a database that is away.

use std::time::{Duration, Instant};

use ad::{
    app::App,
    usecase::select_ads::{Request, Selected, select_ads},
};
use chassis::id::UserId;
use contracts::{common::v1::Interest, login::v1::UserChanged};
use serde_json::json;
use support::eventually;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    events,
    harness::{Tenant, TestApp},
    requests::money,
};

/// A withdrawn consent is unused this long after the commit of its handler.
const PROMISE: Duration = Duration::from_secs(1);

/// A replica whose memory of viewers is in use.
pub(crate) struct Replica {
    pub(crate) app: App,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Replica {
    pub(crate) async fn start(test: &TestApp) -> Self {
        let (app, stop) = (test.replica(), CancellationToken::new());
        let running = tokio::spawn(app.viewers.clone().run(stop.clone()));
        app.index.refresh().await.expect("an index");
        let replica = Self { app, stop, running };
        replica.is_used().await;
        replica
    }

    async fn is_used(&self) {
        eventually("the memory of viewers", async || self.app.viewers.is_used().then_some(())).await;
    }

    pub(crate) async fn selected(&self, tenant: &Tenant, user: UserId) -> Vec<Selected> {
        let request = Request {
            tenant_id: tenant.id,
            user_id: user,
            placement: "mypage.home".into(),
            locale: "ko".into(),
            count: 10,
        };
        select_ads(&self.app, request).await.expect("ads")
    }

    async fn headlines(&self, tenant: &Tenant, user: UserId) -> Vec<String> {
        self.selected(tenant, user).await.into_iter().map(|selected| selected.creative.headline).collect()
    }

    /// Selects until the member was read. On a busy machine, a first read may take longer than a selection waits.
    async fn has_read(&self, tenant: &Tenant) {
        eventually("the member", async || (self.headlines(tenant, tenant.member).await == BY_INTEREST).then_some(()))
            .await;
    }

    /// Selects until the preferences count. A selection that begins after the promised time must be right.
    async fn selects(&self, tenant: &Tenant, expected: [&str; 2], changed: Instant) {
        eventually("the new preferences", async || {
            let is_late = changed.elapsed() >= PROMISE;
            let headlines = self.headlines(tenant, tenant.member).await;
            assert!(!is_late || headlines == expected, "{headlines:?}");
            (headlines == expected).then_some(())
        })
        .await;
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("stopped");
    }
}

const BY_BID: [&str; 2] = ["anyone", "travel"];
const BY_INTEREST: [&str; 2] = ["travel", "anyone"];

/// A tenant with two campaigns, and a member who consented to ads about travel.
async fn traveller(test: &TestApp) -> Tenant {
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({ "headline": "travel", "bid": money(250, "KRW") })).await;
    test.campaign(&tenant, json!({ "headline": "anyone", "interests": [] })).await;
    test.consume(&events::preferences(&tenant, &[Interest::Travel], true, 1)).await.expect("consumed");
    tenant
}

#[tokio::test]
async fn a_withdrawn_consent_and_an_erasure_are_unused_on_each_replica_after_a_second() {
    let test = TestApp::start().await;
    let tenant = traveller(&test).await;
    let replicas = [Replica::start(&test).await, Replica::start(&test).await];
    let all_select = async |expected: [&str; 2]| {
        let changed = Instant::now();
        for replica in &replicas {
            replica.selects(&tenant, expected, changed).await;
        }
    };
    all_select(BY_INTEREST).await;
    test.consume(&events::preferences(&tenant, &[Interest::Travel], false, 2)).await.expect("consumed");
    all_select(BY_BID).await;
    test.consume(&events::preferences(&tenant, &[Interest::Travel], true, 3)).await.expect("consumed");
    all_select(BY_INTEREST).await;
    test.consume_tombstone::<UserChanged>(tenant.member, tenant.id).await;
    all_select(BY_BID).await;
    for replica in replicas {
        replica.stop().await;
    }
}

#[tokio::test]
async fn a_person_seen_before_needs_no_database_and_another_one_gets_ads_without_interests() {
    let test = TestApp::start().await;
    let tenant = traveller(&test).await;
    let replica = Replica::start(&test).await;
    replica.has_read(&tenant).await;
    assert_eq!(replica.headlines(&tenant, tenant.admin).await, BY_BID, "no consent");

    // The listener has a connection of its own.
    replica.app.db.close().await;
    for _ in 0..3 {
        replica.has_read(&tenant).await;
        assert_eq!(replica.headlines(&tenant, tenant.admin).await, BY_BID);
        assert_eq!(replica.headlines(&tenant, UserId::new(&test.clock)).await, BY_BID, "cannot be read");
    }
    // Nothing is used for longer than a minute.
    test.clock.advance(chrono::Duration::seconds(60));
    assert_eq!(replica.headlines(&tenant, tenant.member).await, BY_BID, "cannot be read");
    replica.stop().await;
}

#[tokio::test]
async fn a_replica_that_lost_its_connection_reads_until_it_listens_again() {
    let test = TestApp::start().await;
    let tenant = traveller(&test).await;
    let replica = Replica::start(&test).await;
    replica.has_read(&tenant).await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND usename LIKE '%_worker'";
    sqlx::query(end).execute(&test.superuser).await.expect("ended");
    eventually("the lost connection", async || (!replica.app.viewers.is_used()).then_some(())).await;
    // This change is not received. It counts at once, and after the listener is back.
    test.consume(&events::preferences(&tenant, &[Interest::Travel], false, 2)).await.expect("consumed");
    assert_eq!(replica.headlines(&tenant, tenant.member).await, BY_BID);
    replica.is_used().await;
    assert_eq!(replica.headlines(&tenant, tenant.member).await, BY_BID);
    replica.stop().await;
    assert!(!test.replica().viewers.is_used(), "before it listens");
}

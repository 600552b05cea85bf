//! Faults of ad alone: of its selections, and of its figures.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use contracts::ad::v1::{SelectAdsRequest, ads_client::AdsClient};
use futures::future::BoxFuture;
use nix::sys::signal::Signal;
use tokio::{task::JoinSet, time::sleep};
use tonic::{Request, transport::Endpoint};

use crate::{
    faults::{Repair, execute, lock, repair},
    system::System,
};

/// Stops login, and sends selections with tokens of a key that ad does not know: ad cannot fetch it, as if login had stopped
/// just after it rotated its keys.
pub fn keys_unavailable(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let address = format!("http://127.0.0.1:{}", system.port("ad", "grpc"));
        let channel = Endpoint::from_shared(address).expect("an address").connect_lazy();
        let header = BASE64.encode(r#"{"alg":"ES256","typ":"at+jwt","kid":"chaos"}"#);
        let bearer = format!("Bearer {header}.{}.{}", BASE64.encode("{}"), BASE64.encode([0; 64]));
        system.signal("login", Signal::SIGSTOP);
        let mut work = JoinSet::new();
        work.spawn(async move {
            loop {
                let mut request = Request::new(SelectAdsRequest { count: 1, ..Default::default() });
                request.metadata_mut().insert("authorization", bearer.parse().expect("a header"));
                let _ = AdsClient::new(channel.clone()).select_ads(request).await;
                sleep(Duration::from_millis(50)).await;
            }
        });
        repair(async move {
            work.shutdown().await;
            system.signal("login", Signal::SIGCONT);
        })
    })
}

/// Ends the connection on which ad receives changed preferences, again and again, so that each selection reads its viewer, and
/// locks the table that it reads.
pub fn viewers_slow(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut work = JoinSet::new();
        let (mut listeners, mut locks) = (system.postgres("ad").await, system.postgres("ad").await);
        work.spawn(async move {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = 'ad' AND query IN ('SELECT 1', 'LISTEN \"ad_viewers\"')";
            loop {
                execute(&mut listeners, end).await;
                sleep(Duration::from_millis(100)).await;
            }
        });
        work.spawn(async move {
            loop {
                // For less than a selection waits for its viewer.
                lock(&mut locks, "viewer_preferences", Duration::from_millis(150)).await;
            }
        });
        repair(async move { work.shutdown().await })
    })
}

/// Changes the running campaigns without the triggers that the index follows. A charge tells it of the campaign, so that some are
/// found before the comparison.
pub fn campaign_changed_unseen(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut postgres = system.postgres("ad").await;
        execute(&mut postgres, "SET session_replication_role = replica").await;
        execute(&mut postgres, "UPDATE campaign SET bid_micros = bid_micros * 2 WHERE status = 'active'").await;
        repair(async move {
            let back = "UPDATE campaign SET bid_micros = bid_micros / 2 WHERE status = 'active'";
            execute(&mut system.postgres("ad").await, back).await;
        })
    })
}

/// Inserts spending of yesterday that no charge explains, above the budget.
pub fn spending_without_charges(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let insert = "INSERT INTO campaign_day (campaign_id, day, tenant_id, spent_micros)
            SELECT campaign_id, current_date - 1, tenant_id, daily_budget_micros + 1000 FROM campaign WHERE name = 'chaos'";
        execute(&mut system.postgres("ad").await, insert).await;
        repair(async move {
            let remove = "DELETE FROM campaign_day USING campaign
                WHERE campaign.campaign_id = campaign_day.campaign_id AND name = 'chaos' AND day = current_date - 1";
            execute(&mut system.postgres("ad").await, remove).await;
        })
    })
}

//! The check that nothing was lost and nothing counted twice: outbox, topic, inbox, timeline, usage and ledger agree.

use std::collections::BTreeSet;

use sqlx::PgPool;

use crate::system::System;

/// What the stores say, all products together.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Events that no broker has yet, by product.
    pub unpublished: i64,
    /// Delivery events in ad's outbox.
    pub told: BTreeSet<String>,
    /// Those of them that mypage has handled.
    pub heard: BTreeSet<String>,
    /// Impressions that ad counted.
    pub impressions: i64,
    /// Clicks that ad counted.
    pub clicks: i64,
    /// Lines of timelines that tell of impressions.
    pub seen: i64,
    /// Lines of timelines that tell of clicks.
    pub clicked: i64,
    /// Impressions by the usage that mypage has recorded.
    pub used_impressions: i64,
    /// Clicks by the usage that mypage has recorded.
    pub used_clicks: i64,
    /// Clicks in the ledger: those past a day's budget are counted, and cost nothing.
    pub charges: i64,
    /// Sum of the ledger, in micros.
    pub charged: i64,
    /// Sum of what the campaigns have spent, in micros.
    pub spent: i64,
    /// Days on which a campaign has spent more than its budget.
    pub overspent: i64,
    /// Sign-ins by login's sessions.
    pub sessions: i64,
    /// Sign-ins by the timelines.
    pub signed_in: i64,
}

/// Reads them.
///
/// # Panics
/// When a store can't be read.
pub async fn books(system: &System) -> Books {
    let (login, mypage, ad) =
        (system.database("login").await, system.database("mypage").await, system.database("ad").await);
    let number = async |pool: &PgPool, query: &'static str| -> i64 {
        sqlx::query_scalar(query).fetch_one(pool).await.unwrap_or_else(|error| panic!("{query}: {error}"))
    };
    let ids = async |pool: &PgPool, query: &'static str| -> BTreeSet<String> {
        let ids: Vec<String> =
            sqlx::query_scalar(query).fetch_all(pool).await.unwrap_or_else(|error| panic!("{query}: {error}"));
        ids.into_iter().collect()
    };
    let unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL";
    let told = ids(&ad, "SELECT event_id::text FROM outbox WHERE topic = 'ad.delivery.v1'").await;
    let inbox = ids(&mypage, "SELECT event_id::text FROM inbox").await;
    Books {
        unpublished: number(&login, unpublished).await + number(&mypage, unpublished).await + number(&ad, unpublished).await,
        heard: told.intersection(&inbox).cloned().collect(),
        told,
        impressions: number(&ad, "SELECT count(*) FROM delivery WHERE kind = 'impression'").await,
        clicks: number(&ad, "SELECT count(*) FROM delivery WHERE kind = 'click'").await,
        seen: number(&mypage, "SELECT count(*) FROM activity WHERE kind = 'ad_seen'").await,
        clicked: number(&mypage, "SELECT count(*) FROM activity WHERE kind = 'ad_clicked'").await,
        used_impressions: number(&mypage, "SELECT coalesce(sum(quantity), 0)::bigint FROM usage_record WHERE metric = 'ad.impressions'").await,
        used_clicks: number(&mypage, "SELECT coalesce(sum(quantity), 0)::bigint FROM usage_record WHERE metric = 'ad.clicks'").await,
        charges: number(&ad, "SELECT count(*) FROM charge").await,
        charged: number(&ad, "SELECT coalesce(sum(price_micros), 0)::bigint FROM charge").await,
        spent: number(&ad, "SELECT coalesce(sum(spent_micros), 0)::bigint FROM campaign_day").await,
        overspent: number(&ad, "SELECT count(*) FROM campaign_day JOIN campaign USING (campaign_id) WHERE spent_micros > daily_budget_micros").await,
        sessions: number(&login, "SELECT count(*) FROM session").await,
        signed_in: number(&mypage, "SELECT count(*) FROM activity WHERE kind = 'signed_in'").await,
    }
}

impl Books {
    /// Whether everything that was told has been heard.
    pub fn are_settled(&self) -> bool {
        let told = i64::try_from(self.told.len()).expect("fits");
        self.unpublished == 0
            && self.told == self.heard
            && told == self.seen + self.clicked
            && self.used_impressions == self.impressions
            && self.used_clicks == self.charges
            && self.sessions == self.signed_in
    }

    /// Fails when something was lost or counted twice.
    ///
    /// # Panics
    /// Then.
    pub fn assert_balanced(&self) {
        let told = i64::try_from(self.told.len()).expect("fits");
        assert_eq!(self.unpublished, 0, "events that never left an outbox");
        assert_eq!(told, self.impressions + self.clicks, "a delivery and its event are one");
        assert_eq!(self.told, self.heard, "events that were lost on the way");
        assert_eq!((self.seen, self.clicked), (self.impressions, self.clicks), "timelines");
        assert_eq!((self.used_impressions, self.used_clicks), (self.impressions, self.charges), "usage");
        assert_eq!(self.charged, self.spent, "ledger and budgets");
        assert_eq!(self.overspent, 0, "budgets that were overspent");
        assert_eq!(self.sessions, self.signed_in, "sign-ins");
    }
}

/// Waits until everything that was told has been heard, and reads the books then.
///
/// # Panics
/// When that does not happen, with what is left open.
pub async fn settled(system: &System) -> Books {
    let mut last = Books::default();
    for _ in 0..3 {
        last = books(system).await;
        if last.are_settled() {
            return last;
        }
        let waited = tokio::time::timeout(
            std::time::Duration::from_secs(20),
            support::eventually("the books", || async { Some(books(system).await).filter(Books::are_settled) }),
        )
        .await;
        if let Ok(books) = waited {
            return books;
        }
    }
    last.assert_balanced();
    last
}

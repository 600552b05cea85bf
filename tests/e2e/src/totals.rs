//! Reconciles the stores: outbox, topic, inbox, timeline, usage and charges must agree.

use std::collections::BTreeSet;

use sqlx::PgPool;

use crate::system::System;

/// Totals from all products' databases.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Unpublished outbox rows of all products.
    pub unpublished: i64,
    /// Ids of the delivery events in ad's outbox.
    pub published: BTreeSet<String>,
    /// Ids of `published` that are in mypage's inbox.
    pub consumed: BTreeSet<String>,
    /// Rows of ad's `delivery` table.
    pub impressions: i64,
    pub clicks: i64,
    /// Timeline entries in mypage.
    pub impression_lines: i64,
    pub click_lines: i64,
    /// Quantities in mypage's usage records.
    pub impression_usage: i64,
    pub click_usage: i64,
    /// In micros.
    pub spend_usage: i64,
    /// Charged clicks in ad. A click beyond the daily budget is counted but not charged.
    pub charges: i64,
    /// Sum of the charges, in micros.
    pub charged: i64,
    /// Sum of the campaigns' spending, in micros.
    pub spent: i64,
    /// Campaign days whose spending exceeds the daily budget.
    pub overspent: i64,
    /// Rows of login's `session` table.
    pub sessions: i64,
    /// Sign-in entries on mypage's timelines.
    pub sign_in_lines: i64,
}

/// Reads the totals from the databases.
///
/// # Panics
/// If a query fails.
pub async fn read(system: &System) -> Totals {
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
    let published = ids(&ad, "SELECT event_id::text FROM outbox WHERE topic = 'ad.delivery.v1'").await;
    let inbox = ids(&mypage, "SELECT event_id::text FROM inbox").await;
    Totals {
        unpublished: number(&login, unpublished).await + number(&mypage, unpublished).await + number(&ad, unpublished).await,
        consumed: published.intersection(&inbox).cloned().collect(),
        published,
        impressions: number(&ad, "SELECT count(*) FROM delivery WHERE kind = 'impression'").await,
        clicks: number(&ad, "SELECT count(*) FROM delivery WHERE kind = 'click'").await,
        impression_lines: number(&mypage, "SELECT count(*) FROM activity WHERE kind = 'ad_seen'").await,
        click_lines: number(&mypage, "SELECT count(*) FROM activity WHERE kind = 'ad_clicked'").await,
        impression_usage: number(&mypage, "SELECT coalesce(sum(quantity), 0)::bigint FROM usage_record WHERE metric = 'ad.impressions'").await,
        click_usage: number(&mypage, "SELECT coalesce(sum(quantity), 0)::bigint FROM usage_record WHERE metric = 'ad.clicks'").await,
        spend_usage: number(&mypage, "SELECT coalesce(sum(quantity), 0)::bigint FROM usage_record WHERE metric = 'ad.spend'").await,
        charges: number(&ad, "SELECT count(*) FROM charge").await,
        charged: number(&ad, "SELECT coalesce(sum(price_micros), 0)::bigint FROM charge").await,
        spent: number(&ad, "SELECT coalesce(sum(spent_micros), 0)::bigint FROM campaign_day").await,
        overspent: number(&ad, "SELECT count(*) FROM campaign_day JOIN campaign USING (campaign_id) WHERE spent_micros > daily_budget_micros").await,
        sessions: number(&login, "SELECT count(*) FROM session").await,
        sign_in_lines: number(&mypage, "SELECT count(*) FROM activity WHERE kind = 'signed_in'").await,
    }
}

impl Totals {
    /// Whether all published events are consumed.
    pub fn are_consumed(&self) -> bool {
        let published = i64::try_from(self.published.len()).expect("fits");
        self.unpublished == 0
            && self.published == self.consumed
            && published == self.impression_lines + self.click_lines
            && self.impression_usage == self.impressions
            && self.click_usage == self.charges
            && self.spend_usage == self.charged
            && self.sessions == self.sign_in_lines
    }

    /// Asserts that no event was lost and none counted twice.
    ///
    /// # Panics
    /// If the totals disagree.
    pub fn assert_balanced(&self) {
        let published = i64::try_from(self.published.len()).expect("fits");
        assert_eq!(self.unpublished, 0, "unpublished events");
        assert_eq!(published, self.impressions + self.clicks, "one event per delivery");
        assert_eq!(self.published, self.consumed, "events published but not consumed");
        assert_eq!((self.impression_lines, self.click_lines), (self.impressions, self.clicks), "timelines");
        assert_eq!((self.impression_usage, self.click_usage), (self.impressions, self.charges), "usage");
        assert_eq!(self.charged, self.spent, "ledger and budgets");
        assert_eq!(self.charged, self.spend_usage, "ledger and usage");
        assert_eq!(self.overspent, 0, "overspent budgets");
        assert_eq!(self.sessions, self.sign_in_lines, "sign-ins");
    }
}

/// Waits until all published events are consumed, and returns the totals. Usage is published when its minute has ended.
///
/// # Panics
/// If that takes too long and the totals disagree.
pub async fn wait_until_consumed(system: &System) -> Totals {
    let mut last = Totals::default();
    for _ in 0..6 {
        last = read(system).await;
        if last.are_consumed() {
            return last;
        }
        let waited = tokio::time::timeout(
            std::time::Duration::from_secs(20),
            support::eventually("published events to be consumed", || async {
                Some(read(system).await).filter(Totals::are_consumed)
            }),
        )
        .await;
        if let Ok(totals) = waited {
            return totals;
        }
    }
    last.assert_balanced();
    last
}

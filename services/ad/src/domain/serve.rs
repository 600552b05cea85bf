//! One showing of an ad to one person, and what is counted of it.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

use super::campaign::CampaignId;
use super::money::Money;

chassis::typed_id! {
    /// One showing of an ad; impression and click are counted once for it.
    pub struct ServeId;
}
chassis::typed_id! {
    /// A record of an impression or a click.
    pub struct DeliveryId;
}
chassis::typed_id! {
    /// A charged click.
    pub struct ChargeId;
}

/// How long its links count. A page left open for longer shows an ad nobody is charged for.
pub const LINK_LIFE: Duration = Duration::hours(24);

/// How long it is kept that a showing was counted: far longer than its links count, so that none counts twice, and for as
/// long as somebody asks about their last bill. What was charged is in the ledger, which is kept.
pub const DELIVERY_KEPT: Duration = Duration::days(90);

/// A page of another clock may be a little ahead of ours.
const CLOCK_SKEW: Duration = Duration::minutes(5);

/// One showing of an ad: what its links say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    /// This showing.
    pub serve_id: ServeId,
    /// The campaign shown.
    pub campaign_id: CampaignId,
    /// Who pays.
    pub advertiser_tenant_id: TenantId,
    /// The tenant of the person it was shown to.
    pub viewer_tenant_id: TenantId,
    /// The person it was shown to.
    pub viewer_user_id: UserId,
    /// What a click costs: the auction's price.
    pub price: Money,
    /// Where it was shown.
    pub placement: String,
    /// When it was chosen, to the second.
    pub issued_at: DateTime<Utc>,
    /// Trace context of the page it was chosen for.
    pub traceparent: Option<String>,
}

impl Serve {
    /// Whether its links still count.
    #[must_use]
    pub fn counts_at(&self, now: DateTime<Utc>) -> bool {
        let age = now - self.issued_at;
        -CLOCK_SKEW <= age && age < LINK_LIFE
    }
}

/// What is counted of a showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The ad was on a person's screen.
    Impression,
    /// The person followed it.
    Click,
}

impl Kind {
    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Click => "click",
        }
    }

    /// What it is metered as.
    #[must_use]
    pub const fn metric(self) -> &'static str {
        match self {
            Self::Impression => "ad.impressions",
            Self::Click => "ad.clicks",
        }
    }
}

/// A placement has a short name of lower-case words: it becomes part of sealed links and of reports.
#[must_use]
pub fn is_placement(name: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    (1..=50).contains(&name.len()) && name.chars().all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placement_is_a_short_name() {
        assert!(is_placement("mypage.home"));
        for name in ["", "My Page", "mypage/home", &"x".repeat(51)] {
            assert!(!is_placement(name), "{name}");
        }
    }
}

//! A serve: one ad, selected for one person on one page. It is in its links only; no table has a row for it.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

use super::{campaign::CampaignId, creative::CreativeId, money::Money};

chassis::typed_id! {
    /// One serve; its impression and its click are counted once each.
    pub struct ServeId;
}

/// How long the links of a serve are valid. A later click gets 410 and is not charged.
pub const LINK_LIFETIME: Duration = Duration::hours(24);

/// How long the auction's price holds. Within this time a lower bid, a lower daily budget or a pause changes nothing, so
/// that nobody wins an auction and pays less than its price.
pub const PRICE_HOLD: Duration = Duration::minutes(30);

/// How far an auction may lag behind a change: the time until the index is read again, and the difference of two clocks.
const AUCTION_LAG: Duration = Duration::seconds(10);

/// How far the clock of the replica that issued a link may be ahead of ours.
const CLOCK_SKEW: Duration = Duration::minutes(5);

/// One ad, selected for one person on one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    pub serve_id: ServeId,
    pub campaign_id: CampaignId,
    /// `None` in links of earlier versions, whose campaigns had one creative.
    pub creative_id: Option<CreativeId>,
    /// The advertiser, who pays.
    pub advertiser_tenant_id: TenantId,
    pub viewer_tenant_id: TenantId,
    pub viewer_user_id: UserId,
    /// The auction's price for a click.
    pub price: Money,
    /// The page and position, such as `mypage.home`.
    pub placement: String,
    /// When the ad was selected, to the second.
    pub issued_at: DateTime<Utc>,
    /// W3C trace context of the page that requested the ad.
    pub traceparent: Option<String>,
}

impl Serve {
    /// Reports whether the links are valid at that time.
    pub fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        let age = now - self.issued_at;
        -CLOCK_SKEW <= age && age < LINK_LIFETIME
    }

    /// Reports whether the auction's price still holds at that time.
    pub fn holds_price_at(&self, now: DateTime<Utc>) -> bool {
        now - self.issued_at < PRICE_HOLD
    }

    /// Returns the time since when a lowered daily budget still pays for a click; `None` when the price no longer holds.
    pub fn holds_budgets_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.holds_price_at(now).then(|| self.issued_at - AUCTION_LAG)
    }
}

/// Reports whether a placement is a short name of lower-case words. It becomes part of links and of reports.
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

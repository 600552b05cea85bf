//! Campaigns: an ad with its targets, its bid and its daily budget.
//!
//! To add a field: see "Change it" in README.md.

use chassis::{id::TenantId, text::Locale};
use chrono::{DateTime, Utc};

use super::{interest::Interest, money::Money};

mod change;
mod limits;
mod new;

pub use self::{
    change::CampaignChange,
    limits::{LANDING_URL_BYTES, MAX_ACTIVE},
    new::NewCampaign,
};

chassis::typed_id! {
    pub struct CampaignId;
}

#[derive(Clone, Debug)]
pub struct Campaign {
    pub campaign_id: CampaignId,
    /// The advertiser, who pays.
    pub tenant_id: TenantId,
    /// Name for the advertiser's own use; viewers do not see it.
    pub name: String,
    pub headline: String,
    pub body: String,
    /// Where a click redirects: in ASCII, the host as A-labels. Earlier versions stored some with more than [`LANDING_URL_BYTES`].
    pub landing_url: String,
    /// The language of the ad and of the pages that show it.
    pub locale: Locale,
    /// The interests that the campaign targets; empty for everyone.
    pub interests: Vec<Interest>,
    /// The highest price of a click.
    pub bid: Money,
    /// Maximum spending per day, in the tenant's time zone; never less than the bid.
    pub daily_budget: Money,
    /// Whether the ad is also served to people of other tenants.
    pub open_to_all: bool,
    pub status: Status,
    /// Increases by one with each change and each charge.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    /// Time of the last change by the tenant. A charge does not change it.
    pub updated_at: DateTime<Utc>,
}

/// A campaign with its spending on the current day.
#[derive(Clone, Debug)]
pub struct CampaignToday {
    pub campaign: Campaign,
    /// Micros of the campaign's currency, on the current day of the tenant's time zone.
    pub spent: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Takes part in auctions while its budget lasts.
    Active,
    /// Takes part in no auction. Links that were issued before stay valid; they are billed while their price holds.
    Paused,
}

impl Status {
    /// The name in the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused].into_iter().find(|status| status.name() == name)
    }

    /// Reads a stored status. One that only a later version knows is shown as paused, as mypage shows it.
    pub fn stored(name: &str) -> Self {
        Self::from_name(name).unwrap_or(Self::Paused)
    }
}

/// Reads the language of a page or a campaign from its BCP 47 tag: "ko-KR" is Korean.
pub fn page_language(tag: &str) -> Option<Locale> {
    tag.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_language_is_the_first_part_of_its_tag() {
        assert_eq!(page_language("ko-KR"), Some(Locale::Ko));
        assert_eq!(page_language("en"), Some(Locale::En));
        assert_eq!(page_language("kok"), None);
        assert_eq!(page_language(""), None);
    }
}

//! Campaigns: targets, schedule, bid and budgets of one or more creatives.
//!
//! To add a field: see "Change it" in README.md.

use chassis::{id::TenantId, text::Locale};
use chrono::{DateTime, Utc};

use super::{
    creative::{Content, Creative},
    interest::Interest,
    money::Money,
};

mod change;
mod fields;
mod limits;
mod new;
mod revision;
mod schedule;
mod status;

pub use self::{
    change::CampaignChange,
    limits::MAX_ACTIVE,
    new::NewCampaign,
    revision::{Expected, Revision},
    schedule::{Hours, Schedule},
    status::Status,
};

chassis::typed_id! {
    pub struct CampaignId;
}

#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    pub campaign_id: CampaignId,
    /// The advertiser, who pays.
    pub tenant_id: TenantId,
    /// Name for the advertiser's own use; viewers do not see it.
    pub name: String,
    /// That of [`first`](super::creative::first) creative, as `body` and `landing_url`. Links of earlier versions name no
    /// creative.
    pub headline: String,
    pub body: String,
    pub landing_url: String,
    /// The language of the ad and of the pages that show it.
    pub locale: Locale,
    /// The interests that the campaign targets; empty for everyone.
    pub interests: Vec<Interest>,
    /// The highest price of a click.
    pub bid: Money,
    /// Maximum spending per day, in the tenant's time zone; never less than the bid.
    pub daily_budget: Money,
    /// Maximum spending of all days; never less than the bid. `None` for no maximum.
    pub total_budget: Option<Money>,
    /// Whether the ad is also served to people of other tenants.
    pub open_to_all: bool,
    pub schedule: Schedule,
    /// Maximum impressions a person a day; `None` for no maximum.
    pub frequency_cap: Option<u8>,
    pub status: Status,
    /// Increases by one with each change and each charge.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    /// Time of the last change by the tenant or of a review. A charge does not change it. See [`Revision`].
    pub updated_at: DateTime<Utc>,
}

impl Campaign {
    /// The content of the first creative, without its image.
    pub fn first_content(&self) -> Content {
        let Self { headline, body, landing_url, .. } = self.clone();
        Content { headline, body, landing_url, image: None }
    }

    /// Takes over the content of the first creative.
    pub fn show(&mut self, first: &Content) {
        let Content { headline, body, landing_url, .. } = first.clone();
        (self.headline, self.body, self.landing_url) = (headline, body, landing_url);
    }
}

/// A campaign with its creatives and its spending on the current day.
#[derive(Clone, Debug)]
pub struct CampaignToday {
    pub campaign: Campaign,
    /// Oldest first, without those that were removed.
    pub creatives: Vec<Creative>,
    /// Micros of the campaign's currency, on the current day of the tenant's time zone.
    pub spent: i64,
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

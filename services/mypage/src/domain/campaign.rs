//! A tenant's own campaigns.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, de};

use super::month::today_and_yesterday;

chassis::typed_id! {
    pub struct CampaignId
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub campaign_id: CampaignId,
    pub name: String,
    pub headline: String,
    pub status: Status,
    /// ISO 4217.
    pub currency_code: String,
    pub daily_budget_micros: i64,
    /// Spent on the day of `changed_at`.
    pub spent_micros: i64,
    /// The time of the event.
    pub changed_at: DateTime<Utc>,
}

/// Whether the ads of a campaign are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Draft,
    InReview,
    Active,
    Paused,
    Ended,
}

impl Status {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// Reads a stored status. The version before stores only whether it is active. What this version does not know is paused.
    pub fn stored(active: bool, name: Option<&str>) -> Self {
        match name {
            _ if active => Self::Active,
            Some("draft") => Self::Draft,
            Some("in_review") => Self::InReview,
            Some("ended") => Self::Ended,
            _ => Self::Paused,
        }
    }
}

impl Campaign {
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    /// The amount spent today; zero when the last event is of an earlier day.
    pub fn spent_today_micros(&self, now: DateTime<Utc>, zone: Tz) -> i64 {
        let day = |time: DateTime<Utc>| -> NaiveDate { today_and_yesterday(time, zone).0 };
        if day(self.changed_at) == day(now) { self.spent_micros } else { 0 }
    }
}

/// The place of a campaign in the list: active ones first, then by name. It is the cursor of a page, so that the next
/// page begins there although the campaign has changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignPlace {
    pub paused: bool,
    pub name: String,
    pub campaign_id: CampaignId,
}

/// The campaigns of a page.
#[derive(Clone, Debug)]
pub struct CampaignPage {
    pub campaigns: Vec<Campaign>,
    /// The last place; `None` on the last page.
    pub next: Option<CampaignPlace>,
}

impl Campaign {
    pub fn place(&self) -> CampaignPlace {
        CampaignPlace { paused: !self.is_active(), name: self.name.clone(), campaign_id: self.campaign_id }
    }
}

impl fmt::Display for CampaignPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = (self.paused, &self.name, self.campaign_id);
        let json = serde_json::to_vec(&parts).map_err(|_| fmt::Error)?;
        formatter.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for CampaignPlace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let parts: Option<(bool, String, CampaignId)> = json.and_then(|json| serde_json::from_slice(&json).ok());
        // Postgres text cannot contain NUL.
        let (paused, name, campaign_id) =
            parts.filter(|(_, name, _)| !name.contains('\0')).ok_or("must be the cursor of a page")?;
        Ok(Self { paused, name, campaign_id })
    }
}

impl<'de> Deserialize<'de> for CampaignPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_parsed_back() {
        let place = |name: &str| CampaignPlace {
            paused: true,
            name: name.into(),
            campaign_id: CampaignId::from(uuid::Uuid::from_u128(7)),
        };
        assert_eq!(place("겨울 \"원두\"").to_string().parse(), Ok(place("겨울 \"원두\"")));
        for wrong in ["", "7", &place("a\0").to_string()] {
            assert!(wrong.parse::<CampaignPlace>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_status_is_read_back_and_others_are_paused() {
        for status in [Status::Draft, Status::InReview, Status::Active, Status::Paused, Status::Ended] {
            assert_eq!(Status::stored(status == Status::Active, Some(status.name())), status);
        }
        assert_eq!(
            (Status::stored(true, Some("ended")), Status::stored(false, None)),
            (Status::Active, Status::Paused)
        );
        assert_eq!(Status::stored(false, Some("active")), Status::Paused, "paused by the version before");
    }

    #[test]
    fn spending_of_an_earlier_day_is_not_counted_today() {
        let campaign = Campaign {
            campaign_id: CampaignId::from(uuid::Uuid::nil()),
            name: String::new(),
            headline: String::new(),
            status: Status::Active,
            currency_code: "KRW".into(),
            daily_budget_micros: 10,
            spent_micros: 7,
            changed_at: "2026-11-20T14:59:00Z".parse().expect("a moment"),
        };
        let at = |time: &str| campaign.spent_today_micros(time.parse().expect("a moment"), Tz::Asia__Seoul);
        assert_eq!(at("2026-11-20T14:59:59Z"), 7);
        assert_eq!(at("2026-11-20T15:00:00Z"), 0);
    }
}

//! A tenant's own campaigns.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::month::today_and_yesterday;

chassis::typed_id! {
    pub struct CampaignId
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub campaign_id: CampaignId,
    pub name: String,
    pub headline: String,
    pub active: bool,
    /// ISO 4217.
    pub currency_code: String,
    pub daily_budget_micros: i64,
    /// Spent on the day of `changed_at`.
    pub spent_micros: i64,
    /// The time of the event.
    pub changed_at: DateTime<Utc>,
}

impl Campaign {
    /// The amount spent today; zero when the last event is of an earlier day.
    pub fn spent_today_micros(&self, now: DateTime<Utc>, zone: Tz) -> i64 {
        let day = |time: DateTime<Utc>| -> NaiveDate { today_and_yesterday(time, zone).0 };
        if day(self.changed_at) == day(now) { self.spent_micros } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spending_of_an_earlier_day_is_not_counted_today() {
        let campaign = Campaign {
            campaign_id: CampaignId::from(uuid::Uuid::nil()),
            name: String::new(),
            headline: String::new(),
            active: true,
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

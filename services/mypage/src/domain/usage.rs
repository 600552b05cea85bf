//! What a tenant used in a month, and what its campaigns spend.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;

use super::month::{Month, today_and_yesterday};

chassis::typed_id! {
    /// A campaign of ad's.
    pub struct CampaignId
}

/// How long a record of use stays: seven years, in which a closed month never changes. Books are to be kept for five years
/// after the tax return of their year (Korea's Framework Act on National Taxes, article 85-3). Far longer than topics
/// remember, so that a record that is told again is known.
pub const KEPT: Duration = Duration::days(7 * 366);

/// Metrics that every statement has a line for, used or not.
pub const METRICS: [&str; 5] =
    ["login.sign_ins", "login.monthly_active_members", "mypage.page_views", "ad.impressions", "ad.clicks"];

/// How much of one metric was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricUsage {
    /// What was used: "login.sign_ins".
    pub metric: String,
    /// How many.
    pub quantity: i64,
}

/// A tenant's use of all products in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthUsage {
    /// The month, of the tenant's time zone.
    pub month: Month,
    /// The time zone.
    pub time_zone: Tz,
    /// A line a metric: the well-known ones in their order, then any other by name.
    pub lines: Vec<MetricUsage>,
}

/// Puts well-known metrics first, with zero for those not used.
pub fn complete(used: Vec<MetricUsage>) -> Vec<MetricUsage> {
    let (known, mut other): (Vec<_>, Vec<_>) =
        used.into_iter().partition(|line| METRICS.contains(&line.metric.as_str()));
    other.sort_by(|a, b| a.metric.cmp(&b.metric));
    let quantity = |metric: &str| known.iter().find(|line| line.metric == metric).map_or(0, |line| line.quantity);
    METRICS
        .iter()
        .map(|metric| MetricUsage { metric: (*metric).to_owned(), quantity: quantity(metric) })
        .chain(other)
        .collect()
}

/// A campaign as its tenant's admin sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Names the campaign.
    pub campaign_id: CampaignId,
    /// What the advertiser calls it.
    pub name: String,
    /// What the ad says first.
    pub headline: String,
    /// Whether it is served.
    pub active: bool,
    /// Currency of the amounts.
    pub currency_code: String,
    /// The most it pays in a day, in micros.
    pub daily_budget_micros: i64,
    /// What it had paid on the day of `changed_at`, in micros.
    pub spent_micros: i64,
    /// When that was told.
    pub changed_at: DateTime<Utc>,
}

impl Campaign {
    /// What it has paid today: nothing, when it last told of it on a day before.
    pub fn spent_today_micros(&self, now: DateTime<Utc>, zone: Tz) -> i64 {
        let day = |time: DateTime<Utc>| -> NaiveDate { today_and_yesterday(time, zone).0 };
        if day(self.changed_at) == day(now) { self.spent_micros } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_a_line_for_what_was_not_used() {
        let line = |metric: &str, quantity| MetricUsage { metric: metric.into(), quantity };
        let lines = complete(vec![line("x.new", 1), line("ad.clicks", 3)]);
        let shown: Vec<_> = lines.iter().map(|line| (line.metric.as_str(), line.quantity)).collect();
        assert_eq!(
            shown,
            [
                ("login.sign_ins", 0),
                ("login.monthly_active_members", 0),
                ("mypage.page_views", 0),
                ("ad.impressions", 0),
                ("ad.clicks", 3),
                ("x.new", 1)
            ]
        );
    }

    #[test]
    fn yesterdays_spending_is_not_todays() {
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

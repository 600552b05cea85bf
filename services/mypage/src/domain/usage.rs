//! The usage of a tenant by metric and month.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::month::Month;

/// The retention of usage: seven years.
///
/// Accounting records must be retained for five years after the tax return of their year (Korea's Framework Act on
/// National Taxes, article 85-3).
pub const RETENTION: Duration = Duration::days(7 * 366);

/// The retention of usage records: as long as a tenant may dispute the statement of a month, which is a year after it.
///
/// It is also longer than the retention of the topics, so a replayed record is recognised as a duplicate.
pub const RECORD_RETENTION: Duration = Duration::days(366 + 62);

/// The metrics that every statement lists, also with zero usage.
pub const METRICS: [&str; 5] =
    ["login.sign_ins", "login.monthly_active_members", "mypage.page_views", "ad.impressions", "ad.clicks"];

/// The metrics of money. Their quantity is in micros of a currency. A statement lists them after the others, once a currency,
/// where there is any.
pub const MONEY_METRICS: [&str; 2] = ["ad.spend", "ad.credit"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricUsage {
    /// For example "login.sign_ins".
    pub metric: String,
    pub quantity: i64,
    /// ISO 4217 code of a metric of money.
    pub currency_code: Option<String>,
}

/// Usage of a metric on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayUsage {
    /// The day of the month, from 1.
    pub day: i64,
    pub metric: String,
    pub quantity: i64,
    /// ISO 4217 code of a metric of money.
    pub currency_code: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthUsage {
    pub month: Month,
    /// The month of now.
    pub present: Month,
    /// The time zone in which the month is counted.
    pub time_zone: Tz,
    /// The well-known metrics in their order, then others by name, then money.
    pub lines: Vec<MetricUsage>,
    /// In the order of days. Days and metrics without usage are left out.
    pub days: Vec<DayUsage>,
}

impl MonthUsage {
    /// The quantity of a line on each day of the month.
    pub fn by_day(&self, line: &MetricUsage) -> Vec<i64> {
        let mut quantities = vec![0; self.month.days().count()];
        for used in self.days.iter().filter(|it| it.metric == line.metric && it.currency_code == line.currency_code) {
            let day = usize::try_from(used.day - 1).ok().and_then(|index| quantities.get_mut(index));
            if let Some(quantity) = day {
                *quantity = used.quantity;
            }
        }
        quantities
    }
}

/// Orders the lines and adds zeros for well-known metrics without usage.
pub fn complete(used: Vec<MetricUsage>) -> Vec<MetricUsage> {
    let (known, mut other): (Vec<_>, Vec<_>) =
        used.into_iter().partition(|line| METRICS.contains(&line.metric.as_str()));
    let rank = |line: &MetricUsage| MONEY_METRICS.iter().position(|metric| *metric == line.metric);
    let place = |line: &MetricUsage| {
        (line.currency_code.is_some(), rank(line), line.metric.clone(), line.currency_code.clone())
    };
    other.sort_by_cached_key(place);
    let quantity = |metric: &str| known.iter().find(|line| line.metric == metric).map_or(0, |line| line.quantity);
    METRICS
        .iter()
        .map(|metric| MetricUsage { metric: (*metric).to_owned(), quantity: quantity(metric), currency_code: None })
        .chain(other)
        .collect()
}

/// A metered use of a product.
#[derive(Clone, Debug)]
pub struct UsageRecord {
    /// Unique for its source and tenant.
    pub usage_id: Uuid,
    /// The source of the event that reported it.
    pub source: String,
    pub metric: String,
    /// In micros for a metric of money.
    pub quantity: i64,
    /// ISO 4217 code of a metric of money.
    pub currency_code: Option<String>,
    /// Inclusive; the month of the record is taken from it.
    pub period_start: DateTime<Utc>,
    pub period_end: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_lists_metrics_without_usage() {
        let line = |metric: &str, quantity| MetricUsage { metric: metric.into(), quantity, currency_code: None };
        let money = |metric, code: &str| MetricUsage { currency_code: Some(code.into()), ..line(metric, 7) };
        let used = vec![
            money("ad.credit", "KRW"),
            money("a.later", "KRW"),
            line("x.new", 1),
            money("ad.spend", "USD"),
            money("ad.spend", "KRW"),
            line("ad.clicks", 3),
        ];
        let lines = complete(used);
        let (counts, amounts) = lines.split_at(6);
        let amounts: Vec<_> = amounts.iter().map(|line| (&*line.metric, line.currency_code.as_deref())).collect();
        let (krw, usd) = (Some("KRW"), Some("USD"));
        assert_eq!(amounts, [("a.later", krw), ("ad.spend", krw), ("ad.spend", usd), ("ad.credit", krw)]);
        let shown: Vec<_> = counts.iter().map(|line| (line.metric.as_str(), line.quantity)).collect();
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
}

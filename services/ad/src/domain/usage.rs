//! Usage: what an advertiser is billed for, rolled up a metric, currency and minute.
//!
//! To add a metric: add a variant to [`Metric`], and its units to [`records`].

use chassis::clock::Clock;
use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::money::Currency;

chassis::typed_id! {
    /// One cut of units that were not rolled up before.
    pub struct RollUpId;
}

chassis::typed_id! {
    /// One published record.
    pub struct UsageId;
}

/// The length of the period of a record.
pub const PERIOD: Duration = Duration::minutes(1);

/// The most units of one cut. The sum of their prices, each at most 10^15 micros, is within the bounds of a record.
pub const MAX_UNITS: i64 = 1_000;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    Impression,
    /// A charged click with its price.
    Click,
    /// The price of a click that the version before published as a click already.
    Spend,
    Credit,
}

impl UnitKind {
    pub const ALL: [Self; 4] = [Self::Impression, Self::Click, Self::Spend, Self::Credit];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Click => "click",
            Self::Spend => "spend",
            Self::Credit => "credit",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The units of one kind, currency and minute in one cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    pub kind: UnitKind,
    pub currency: Currency,
    /// The advertiser's day.
    pub day: NaiveDate,
    pub minute: DateTime<Utc>,
    pub count: i64,
    pub micros: i64,
}

/// The metrics of `ad.usage.v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    Impressions,
    Clicks,
    Spend,
    Credit,
}

impl Metric {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Impressions => "ad.impressions",
            Self::Clicks => "ad.clicks",
            Self::Spend => "ad.spend",
            Self::Credit => "ad.credit",
        }
    }
}

/// A record to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub usage_id: UsageId,
    pub metric: Metric,
    /// A number, or micros of `currency`.
    pub quantity: i64,
    /// `Some` for a metric of money.
    pub currency: Option<Currency>,
    pub day: NaiveDate,
    pub minute: DateTime<Utc>,
}

/// Makes the records of a cut: the numbers and the money of its units. No record is empty.
pub fn records(units: &[Units], clock: &Clock) -> Vec<Record> {
    let mut records: Vec<Record> = vec![];
    for unit in units {
        let count = |metric| (metric, unit.count, None);
        let money = |metric| (metric, unit.micros, Some(unit.currency));
        let parts = match unit.kind {
            UnitKind::Impression => vec![count(Metric::Impressions)],
            UnitKind::Click => vec![count(Metric::Clicks), money(Metric::Spend)],
            UnitKind::Spend => vec![money(Metric::Spend)],
            UnitKind::Credit => vec![money(Metric::Credit)],
        };
        for (metric, quantity, currency) in parts {
            let same = |record: &&mut Record| {
                (record.metric, record.currency, record.day, record.minute) == (metric, currency, unit.day, unit.minute)
            };
            match records.iter_mut().find(same) {
                Some(record) => record.quantity += quantity,
                None => records.push(Record {
                    usage_id: UsageId::new(clock),
                    metric,
                    quantity,
                    currency,
                    day: unit.day,
                    minute: unit.minute,
                }),
            }
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_a_metric_and_minute_are_one_record() {
        let minute: DateTime<Utc> = "2026-03-02T03:00:00Z".parse().expect("a time");
        let clock = Clock::fixed(minute);
        let units = |kind, currency, minutes, count, micros| Units {
            kind,
            currency,
            day: minute.date_naive(),
            minute: minute + PERIOD * minutes,
            count,
            micros,
        };
        let cut = [
            units(UnitKind::Impression, Currency::Krw, 0, 5, 0),
            units(UnitKind::Impression, Currency::Usd, 0, 1, 0),
            units(UnitKind::Click, Currency::Krw, 0, 2, 300),
            units(UnitKind::Spend, Currency::Krw, 0, 1, 100),
            units(UnitKind::Click, Currency::Usd, 0, 1, 7),
            units(UnitKind::Click, Currency::Krw, 1, 1, 150),
            units(UnitKind::Credit, Currency::Krw, 1, 1, 50),
        ];
        let records: Vec<_> = records(&cut, &clock)
            .into_iter()
            .map(|record| (record.metric.name(), record.currency, record.minute, record.quantity))
            .collect();
        let (krw, usd, next) = (Some(Currency::Krw), Some(Currency::Usd), minute + PERIOD);
        assert_eq!(
            records,
            [
                ("ad.impressions", None, minute, 6),
                ("ad.clicks", None, minute, 3),
                ("ad.spend", krw, minute, 400),
                ("ad.spend", usd, minute, 7),
                ("ad.clicks", None, next, 1),
                ("ad.spend", krw, next, 150),
                ("ad.credit", krw, next, 50),
            ]
        );
    }
}

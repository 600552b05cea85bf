//! When a campaign runs: its flight, from the first day to the last, and its hours. Both are in the tenant's time zone.

use chassis::problem::FieldError;
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use utoipa::ToSchema;

/// The first and the last day that a flight may have.
const DAYS: [NaiveDate; 2] = [day(2_000, 1, 1), day(2_199, 12, 31)];

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The first day; `None` for at once.
    pub starts_on: Option<NaiveDate>,
    /// The last day; `None` for no end.
    pub ends_on: Option<NaiveDate>,
    pub hours: Hours,
}

impl Schedule {
    /// Reports whether the campaign runs at that time. `zone` is the tenant's.
    pub fn includes(&self, now: DateTime<Utc>, zone: Tz) -> bool {
        let local = now.with_timezone(&zone);
        let day = local.date_naive();
        self.starts_on.is_none_or(|first| first <= day)
            && self.ends_on.is_none_or(|last| day <= last)
            && self.hours.contains(local.hour())
    }

    /// Checks the flight. A new last day must not be over on `today`, the tenant's.
    pub(super) fn check(&self, before: Option<&Self>, today: NaiveDate) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (field, day) in [("starts_on", self.starts_on), ("ends_on", self.ends_on)] {
            if day.is_some_and(|day| !(DAYS[0]..=DAYS[1]).contains(&day)) {
                let detail = format!("must be from {} to {}", DAYS[0], DAYS[1]);
                errors.push(FieldError::new(field, "out_of_range", detail));
            }
        }
        let Some(last) = self.ends_on.filter(|_| errors.is_empty()) else { return errors };
        if self.starts_on.is_some_and(|first| last < first) {
            errors.push(FieldError::new("ends_on", "before_start", "must not be before starts_on"));
        } else if last < today && before.is_none_or(|before| before.ends_on != self.ends_on) {
            let detail = format!("must not be before today, {today} in your tenant's time zone");
            errors.push(FieldError::new("ends_on", "in_the_past", detail));
        }
        errors
    }
}

/// An hour in the OpenAPI document. The attributes of a list have no bounds for what is in it.
#[derive(ToSchema)]
#[schema(minimum = 0, maximum = 23)]
#[expect(dead_code, reason = "documents the items of a list of numbers")]
pub(super) struct Hour(u8);

/// Hours of a day, at least one of them: bit h is hour h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours(u32);

impl Default for Hours {
    fn default() -> Self {
        Self::ALL
    }
}

impl Hours {
    pub const ALL: Self = Self((1 << 24) - 1);

    /// Reads the hours of a request; none means all.
    pub(super) fn new(hours: &[u8]) -> Result<Self, FieldError> {
        if let Some(index) = hours.iter().position(|hour| *hour > 23) {
            return Err(FieldError::new(format!("hours[{index}]"), "out_of_range", "must be 0 to 23"));
        }
        let bits = hours.iter().fold(0, |bits, hour| bits | 1 << hour);
        Ok(if bits == 0 { Self::ALL } else { Self(bits) })
    }

    /// Reads the stored bits.
    pub const fn stored(bits: i32) -> Self {
        let known = bits.cast_unsigned() & Self::ALL.0;
        if known == 0 { Self::ALL } else { Self(known) }
    }

    pub const fn bits(self) -> i32 {
        self.0.cast_signed()
    }

    pub const fn contains(self, hour: u32) -> bool {
        self.0 >> hour & 1 == 1
    }

    /// The hours as in a request: none for all.
    pub fn list(self) -> Vec<u8> {
        if self == Self::ALL { vec![] } else { (0..24).filter(|hour| self.contains(u32::from(*hour))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::Asia__Seoul;

    fn codes(schedule: Schedule, before: Option<&Schedule>) -> Vec<(String, &'static str)> {
        let errors = schedule.check(before, day(2026, 3, 10));
        errors.into_iter().map(|error| (error.field, error.code)).collect()
    }

    fn flight(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Schedule {
        Schedule { starts_on: first, ends_on: last, hours: Hours::ALL }
    }

    #[test]
    fn a_campaign_runs_on_the_days_of_its_flight_in_its_hours() {
        let hours = Hours::new(&[9, 10]).expect("hours");
        let schedule = Schedule { hours, ..flight(Some(day(2026, 3, 2)), Some(day(2026, 3, 3))) };
        for (time, runs) in [
            ("2026-03-01T15:00:00Z", false), // Midnight in Seoul.
            ("2026-03-02T00:00:00Z", true),  // 9 o'clock.
            ("2026-03-02T01:59:59Z", true),
            ("2026-03-02T02:00:00Z", false),
            ("2026-03-03T01:00:00Z", true),
            ("2026-03-04T01:00:00Z", false),
            ("2026-03-01T01:00:00Z", false),
        ] {
            assert_eq!(schedule.includes(time.parse().expect("a time"), ZONE), runs, "{time}");
        }
        assert!(Schedule::default().includes(DateTime::UNIX_EPOCH, ZONE));
    }

    #[test]
    fn a_flight_ends_after_it_starts_and_not_in_the_past() {
        let (past, today, later) = (Some(day(2026, 3, 9)), Some(day(2026, 3, 10)), Some(day(2026, 4, 1)));
        assert_eq!(codes(flight(past, today), None), []);
        assert_eq!(codes(flight(later, today), None), [("ends_on".into(), "before_start")]);
        assert_eq!(codes(flight(None, past), None), [("ends_on".into(), "in_the_past")]);
        assert_eq!(codes(flight(None, past), Some(&flight(None, past))), [], "an old end stays");
        let far = codes(flight(Some(day(1999, 12, 31)), Some(day(2200, 1, 1))), None);
        assert_eq!(far, [("starts_on".into(), "out_of_range"), ("ends_on".into(), "out_of_range")]);
    }

    #[test]
    fn no_hours_are_all_hours() {
        assert_eq!(Hours::new(&[]), Ok(Hours::ALL));
        assert_eq!((Hours::ALL.list(), Hours::stored(0), Hours::ALL.bits()), (vec![], Hours::ALL, 16_777_215));
        let some = Hours::new(&[23, 0, 23]).expect("hours");
        assert_eq!((some.list(), Hours::stored(some.bits())), (vec![0, 23], some));
        assert_eq!(Hours::new(&[0, 24]).map_err(|error| error.field), Err("hours[1]".to_owned()));
    }
}

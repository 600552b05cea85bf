//! Pacing: spreads what is left of a daily budget over the hours of the day that are left.
//!
//! The spending follows a line: from the start of the day, or from the moment when the campaign started or changed today, to
//! the whole budget at the end of its last hour. A campaign takes part in auctions until it has spent what the line has an
//! hour ([`LEAD`]) later. Then it waits until the line has caught up. In the last hour the line is at the whole budget, so the
//! pace leaves no budget unspent. It spends nothing either: SQL enforces the budget, when a click is charged.

use std::iter;

use chrono::{DateTime, Duration, Timelike, Utc};
use chrono_tz::Tz;

use super::{campaign::Hours, day::next_hour};

/// How far the spending may be ahead of the line. So a small budget pays for a click before its time has come.
pub const LEAD: Duration = Duration::hours(1);

/// Where a line starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    pub at: DateTime<Utc>,
    /// Micros that the day had spent by then.
    pub spent: i64,
}

/// The line of a campaign on one day.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub start: Start,
    /// The end of the day.
    pub end: DateTime<Utc>,
    pub zone: Tz,
    /// The hours in which the campaign runs. The line rises in these only.
    pub hours: Hours,
    /// The budget of the day in micros.
    pub budget: i64,
}

impl Line {
    /// Returns from when on a campaign that has spent `spent` today may take part in auctions.
    pub fn opens(&self, spent: i64) -> DateTime<Utc> {
        let (ahead, rise) = (i128::from(spent - self.start.spent), i128::from(self.budget - self.start.spent));
        if ahead <= 0 || rise <= 0 {
            return self.start.at;
        }
        let total: Duration = self.spans().map(|(from, to)| to - from).sum();
        let share = i128::from(micros(total)) * ahead;
        // Rounded up: not before the line is at the spending.
        let time = i64::try_from((share + rise - 1) / rise).unwrap_or(i64::MAX);
        self.after(Duration::microseconds(time) - LEAD)
    }

    /// Returns when the campaign has run for that time since the start of the line.
    fn after(&self, mut time: Duration) -> DateTime<Utc> {
        if time <= Duration::zero() {
            return self.start.at;
        }
        for (from, to) in self.spans() {
            if time <= to - from {
                return from + time;
            }
            time -= to - from;
        }
        self.end
    }

    /// The parts of the hours in which the campaign runs.
    fn spans(&self) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let Self { start, end, zone, hours, .. } = *self;
        let next = move |from: DateTime<Utc>| next_hour(zone, from).min(end);
        let starts =
            iter::successors(Some(start.at), move |from| Some(next(*from))).take_while(move |from| *from < end);
        starts.filter(move |from| hours.contains(from.with_timezone(&zone).hour())).map(move |from| (from, next(from)))
    }
}

fn micros(time: Duration) -> i64 {
    time.num_microseconds().expect("at most a day")
}

#[cfg(test)]
#[path = "pacing_tests.rs"]
mod tests;

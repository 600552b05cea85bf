use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::domain::day::{next_day, start_of};

const WON: i64 = 1_000_000;

/// A line of 2 March 2026 in Seoul.
fn line(hour: i64, spent: i64, hours: Hours, budget: i64) -> Line {
    let (zone, day) = (Tz::Asia__Seoul, NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day"));
    let at = start_of(zone, day) + Duration::hours(hour);
    Line { start: Start { at, spent }, end: next_day(zone, day), zone, hours, budget }
}

fn hour(line: &Line, at: DateTime<Utc>) -> f64 {
    let midnight = line.end - Duration::days(1);
    (at - midnight).num_seconds() as f64 / 3600.0
}

#[test]
fn the_spending_is_an_hour_ahead_of_the_line_at_most() {
    let line = line(0, 0, Hours::ALL, 2_400);
    for (spent, opens) in [(0, 0.0), (100, 0.0), (150, 0.5), (1_200, 11.0), (2_400, 23.0)] {
        assert_eq!(hour(&line, line.opens(spent)), opens, "{spent}");
    }
}

#[test]
fn what_is_left_is_spread_over_the_hours_that_are_left() {
    // 1,000 are left for 10 hours.
    let late = line(14, 1_400, Hours::ALL, 2_400);
    for (spent, opens) in [(1_400, 14.0), (1_500, 14.0), (1_600, 15.0), (2_400, 23.0)] {
        assert_eq!(hour(&late, late.opens(spent)), opens, "{spent}");
    }
    let evening = line(14, 0, Hours::stored(0b11 << 18), 1_000);
    for (spent, opens) in [(0, 14.0), (500, 14.0), (750, 18.5), (1_000, 19.0)] {
        assert_eq!(hour(&evening, evening.opens(spent)), opens, "{spent}");
    }
}

/// A day: the hour in which the line starts, what was spent by then, hours, budget, and the price of a click.
fn any_day() -> impl Strategy<Value = (Line, i64)> {
    let hours = prop_oneof![Just(Hours::ALL), (1..1_i32 << 24).prop_map(Hours::stored)];
    (0..24_i64, 0..=100_i64, hours, 1..2_000_i64, 1..=100_i64).prop_map(|(hour, spent, hours, budget, price)| {
        let budget = budget * WON;
        (line(hour, budget * spent / 200, hours, budget), (budget * price / 100).max(1))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// With a click whenever the campaign may pay for one, it spends its whole budget, and not before its time.
    #[test]
    fn a_paced_budget_is_neither_overspent_nor_left((line, price) in any_day()) {
        let (mut spent, mut now) = (line.start.spent, line.start.at);
        let total: i64 = line.spans().map(|(from, to)| micros(to - from)).sum();
        let mut ran = 0;
        for (from, to) in line.spans() {
            now = from;
            while now < to {
                while line.opens(spent) <= now && spent + price <= line.budget {
                    spent += price;
                    let share = i128::from(line.budget - line.start.spent) * i128::from(ran + micros(now - from + LEAD));
                    let allowed = i128::from(line.start.spent + price) + share / i128::from(total);
                    prop_assert!(i128::from(spent) <= allowed, "{spent} is more than {allowed}");
                }
                now += Duration::minutes(5);
            }
            ran += micros(to - from);
        }
        prop_assert!(spent <= line.budget);
        prop_assert!(total == 0 || spent + price > line.budget, "{spent} of {} at {now}", line.budget);
    }

    /// The more is spent, the later it opens; before the end of the last hour in any case.
    #[test]
    fn a_campaign_that_waits_opens_again_today((line, _) in any_day(), shares in (0..=1_000_i64, 0..=1_000_i64)) {
        let spent = |share: i64| line.start.spent + (line.budget - line.start.spent) / 1_000 * share;
        let (less, more) = (shares.0.min(shares.1), shares.0.max(shares.1));
        prop_assert!(line.opens(spent(less)) <= line.opens(spent(more)));
        if let Some((_, last)) = line.spans().last() {
            prop_assert!(line.opens(spent(more)) < last);
        }
    }
}

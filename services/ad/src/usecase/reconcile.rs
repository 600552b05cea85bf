//! Compares deliveries, charges, days, usage and the totals of the months: `ad admin reconcile`, and every night.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chassis::lifecycle::every;
use chrono::{Datelike, Months, NaiveDate, Timelike};
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::reconcile::{Check, Difference},
    store,
};

/// The time between two questions whether it is night. After a failure or a difference, the next comparison is then.
const EVERY: Duration = Duration::from_secs(600);
/// The hour of the night, UTC.
const HOUR: u32 = 18;

/// Compares once a night until `stop` is cancelled: on each replica, so that each has the present figure in its metric.
pub async fn run(app: App, stop: CancellationToken) {
    let period = app.config.checks.ad_reconcile_seconds.map(Duration::from_secs);
    let (mut last, is_due) = (None, AtomicBool::new(false));
    every(period.unwrap_or(EVERY), stop, "reconcile", || {
        let now = app.clock.now();
        let is_night = now.hour() == HOUR && last.replace(now.date_naive()) != Some(now.date_naive());
        if is_night || period.is_some() {
            is_due.store(true, Ordering::Relaxed);
        }
        let (app, is_due) = (&app, &is_due);
        async move {
            if is_due.load(Ordering::Relaxed) {
                is_due.store(report(app).await?, Ordering::Relaxed);
            }
            Ok::<_, sqlx::Error>(())
        }
    })
    .await;
}

/// Logs the differences. Returns whether there is any.
async fn report(app: &App) -> Result<bool, sqlx::Error> {
    let differences = reconcile(app).await?;
    for difference in &differences {
        tracing::error!(check = difference.check.name(), tenant = %difference.tenant_id, %difference, "reconcile difference");
    }
    Ok(!differences.is_empty())
}

/// Returns the differences of this month and the one before, and records their numbers. All are of the same moment.
pub async fn reconcile(app: &App) -> Result<Vec<Difference>, sqlx::Error> {
    let from = start_of_last_month(app.clock.now().date_naive());
    let mut tx = app.db.worker().begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let mut differences = vec![];
    for check in Check::ALL {
        let found = match check {
            Check::Deliveries => store::reconcile::deliveries(&mut tx, from).await?,
            Check::Units => store::reconcile::units(&mut tx, from).await?,
            Check::Days => store::reconcile::days(&mut tx, from).await?,
            Check::Usage => store::reconcile::usage(&mut tx, from).await?,
            Check::Months => store::reconcile::months(&mut tx, from).await?,
        };
        app.metrics.reconciled(check, found.len());
        differences.extend(found);
    }
    Ok(differences)
}

/// The deliveries and the usage since then are still stored, in any time zone.
fn start_of_last_month(today: NaiveDate) -> NaiveDate {
    today.with_day(1).and_then(|first| first.checked_sub_months(Months::new(1))).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delivery::RETENTION;

    #[test]
    fn what_is_compared_is_still_stored() {
        for today in ["2026-01-31", "2026-03-31", "2026-08-31", "2026-12-01"] {
            let today: NaiveDate = today.parse().expect("a day");
            let from = start_of_last_month(today);
            assert_eq!(from.day(), 1);
            assert!(today - from < RETENTION - chrono::Duration::days(2), "{today}");
        }
    }
}

//! Measures what campaigns have spent beyond their budgets: 0, because no charge allows it. It is measured apart from the
//! charge, so that it also finds a bug of the charge, and a row that was changed by hand.

use std::time::Duration;

use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::overspend::{Overspend, checked_from},
    store,
};

const EVERY: Duration = Duration::from_secs(60);

/// Measures until `stop` is cancelled: on each replica, so that each has the present figure in its metric.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "overspend", || async {
        for Overspend { tenant_id, campaign_id, day, micros } in measure_overspend(&app).await? {
            let day = day.map(|day| day.to_string());
            tracing::error!(tenant = %tenant_id, campaign = %campaign_id, day, micros, "budget overspent");
        }
        Ok::<_, sqlx::Error>(())
    })
    .await;
}

/// Returns what was overspent in the last days, and records the highest amount.
pub async fn measure_overspend(app: &App) -> Result<Vec<Overspend>, sqlx::Error> {
    let from = checked_from(app.clock.now().date_naive());
    let overspent = store::overspend::find(app.db.worker(), from).await?;
    app.metrics.overspent(overspent.iter().map(|overspend| overspend.micros).max().unwrap_or_default());
    Ok(overspent)
}

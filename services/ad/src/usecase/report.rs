//! Reports what a campaign's ads did, and what they cost.

use chassis::id::TenantId;
use chrono_tz::Tz;

use crate::{
    app::App,
    domain::{
        campaign::CampaignId,
        report::{Counts, Period, days},
    },
    error::Error,
    store,
};

/// A report: the counts of each period, and the requests of links that were not counted, by reason.
#[derive(Clone, Debug)]
pub struct Report {
    pub periods: Vec<(Period, Counts)>,
    pub refused: Vec<(String, i64)>,
}

impl Report {
    /// The sums of all periods.
    pub fn total(&self) -> Counts {
        self.periods.iter().fold(Counts::default(), |sum, (_, counts)| sum.plus(*counts))
    }
}

/// Reads the report of a campaign of the tenant.
pub async fn report(
    app: &App,
    tenant: TenantId,
    campaign: CampaignId,
    periods: &[Period],
    zone: Tz,
) -> Result<Report, Error> {
    let mut tx = app.db.begin(tenant).await?;
    let counts = store::report::counts(&mut tx, campaign, periods).await?;
    let refused = store::report::refused(&mut tx, campaign, days(periods, zone)).await?;
    Ok(Report { periods: periods.iter().copied().zip(counts).collect(), refused })
}

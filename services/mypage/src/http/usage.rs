//! GET /usage: the tenant's usage and campaigns of a month, for admins.

use axum::{extract::State, response::Response};
use chassis::{
    http::{Query, html},
    sign_in::Failure,
};
use serde::Deserialize;

use super::{
    view::{
        Layout, Localizer,
        days::Days,
        usage::{UsagePage, campaigns, lines},
    },
    visitor::SignedIn,
};
use crate::{
    app::App,
    domain::{campaign::CampaignPlace, month::Month, usage::MetricUsage},
    error::Error,
    usecase::statement,
};

#[derive(Deserialize)]
pub(super) struct UsageQuery {
    month: Option<String>,
    /// The metric that is shown by day, and its currency if it is one of money.
    metric: Option<String>,
    currency: Option<String>,
    /// The cursor of a page of campaigns; without it, the first.
    campaigns: Option<CampaignPlace>,
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(query): Query<UsageQuery>,
) -> Result<Response, Failure> {
    if !signed_in.visitor.admin() {
        return Err(Error::Forbidden.into());
    }
    let (tenant, _) = signed_in.visitor.person();
    // An invalid month in the URL falls back to the current month, so that a mistyped address still shows a page.
    let month = query.month.and_then(|month| month.parse::<Month>().ok());
    let usage = statement::month_usage(&app, tenant, month).await?;
    let campaign_list = statement::campaigns(&app, tenant, query.campaigns.as_ref()).await?;
    let localizer = Localizer::of(&app, &signed_in.visitor, signed_in.locale).await?;
    let asked =
        |line: &&MetricUsage| Some(&line.metric) == query.metric.as_ref() && line.currency_code == query.currency;
    // An unknown metric in the URL falls back to one with usage.
    let chosen = usage.lines.iter().find(asked).or_else(|| usage.lines.iter().find(|line| line.quantity > 0));
    let chosen = chosen.or(usage.lines.first());
    let (counts, amounts) = lines(&localizer, signed_in.locale, &usage, chosen);
    let page = UsagePage {
        layout: Layout::new(&app, signed_in.texts(), Some(signed_in.frame(true))),
        month: localizer.month(usage.month),
        hint: localizer.t.with("usage-hint", &[("zone", usage.time_zone.name().replace('_', " "))]),
        previous: usage.month.previous().to_string(),
        next: (usage.month < usage.present).then(|| usage.month.next().to_string()),
        days: chosen.map(|line| Days::new(&localizer, signed_in.locale, &usage, line)),
        lines: counts,
        amounts,
        campaigns: campaigns(&localizer, signed_in.locale, &campaign_list.campaigns),
        more_campaigns: campaign_list
            .next
            .map(|next| format!("/usage?month={}&campaigns={next}#campaigns", usage.month)),
    };
    Ok(html(&page))
}

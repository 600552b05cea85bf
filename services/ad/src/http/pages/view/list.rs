//! The list of campaigns.

use askama::Template;
use chassis::text::Texts;

use super::{Layout, Localizer, report::rate};
use crate::{domain::campaign::Status, usecase::overview::Overview};

#[derive(Template)]
#[template(path = "list.html")]
pub(in crate::http::pages) struct ListPage {
    pub(in crate::http::pages) layout: Layout,
    pub(in crate::http::pages) campaigns: Vec<CampaignRow>,
    /// The address of older campaigns; `None` on the last page.
    pub(in crate::http::pages) older: Option<String>,
    /// Whether these are the newest campaigns.
    pub(in crate::http::pages) newest: bool,
}

pub(in crate::http::pages) struct CampaignRow {
    pub(in crate::http::pages) campaign_id: String,
    pub(in crate::http::pages) name: String,
    pub(in crate::http::pages) headline: String,
    pub(in crate::http::pages) status: StatusBadge,
    pub(in crate::http::pages) spent_today: String,
    pub(in crate::http::pages) budget: String,
    pub(in crate::http::pages) share: String,
    pub(in crate::http::pages) spent_micros: i64,
    pub(in crate::http::pages) budget_micros: i64,
    pub(in crate::http::pages) spent_month: String,
    pub(in crate::http::pages) rate: String,
}

/// The state of a campaign in words, with the class of its badge.
pub(in crate::http::pages) struct StatusBadge {
    pub(in crate::http::pages) text: String,
    pub(in crate::http::pages) class: &'static str,
}

impl StatusBadge {
    pub(in crate::http::pages) fn new(t: &Texts, status: Status) -> Self {
        let (key, class) = match status {
            Status::Draft => ("status-draft", ""),
            Status::InReview => ("status-in-review", "accent"),
            Status::Active => ("status-active", "good"),
            Status::Paused => ("status-paused", ""),
            Status::Ended => ("status-ended", ""),
        };
        Self { text: t.get(key), class }
    }
}

impl CampaignRow {
    pub(in crate::http::pages) fn new(localizer: &Localizer, row: &Overview) -> Self {
        let campaign = &row.campaign;
        let currency = campaign.bid.currency.code();
        let spent_today = localizer.money(row.spent_today, currency);
        let budget = localizer.money(campaign.daily_budget.micros, currency);
        Self {
            campaign_id: campaign.campaign_id.to_string(),
            name: campaign.name.clone(),
            headline: campaign.headline.clone(),
            status: StatusBadge::new(&localizer.t, campaign.status),
            share: localizer.t.with("campaign-share", &[("spent", &spent_today), ("budget", &budget)]),
            spent_today,
            budget,
            spent_micros: row.spent_today,
            budget_micros: campaign.daily_budget.micros,
            spent_month: localizer.money(row.month.spent, currency),
            rate: rate(row.month),
        }
    }
}

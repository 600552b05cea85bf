//! The usage page of admins.

use askama::Template;
use chassis::text::{Locale, Texts, count, decimals, money};

use super::{Layout, Localizer, days::Days};
use crate::domain::{
    campaign::{Campaign, Status},
    usage::{MetricUsage, MonthUsage},
};

#[derive(Template)]
#[template(path = "usage.html")]
pub(in crate::http) struct UsagePage {
    pub(in crate::http) layout: Layout,
    pub(in crate::http) month: String,
    pub(in crate::http) hint: String,
    pub(in crate::http) previous: String,
    /// `None` for the current month.
    pub(in crate::http) next: Option<String>,
    /// The chosen metric by day. `None` for a month without any line.
    pub(in crate::http) days: Option<Days>,
    /// Metrics that count.
    pub(in crate::http) lines: Vec<UsageLine>,
    /// Metrics of money.
    pub(in crate::http) amounts: Vec<UsageLine>,
    pub(in crate::http) campaigns: Vec<CampaignRow>,
    /// The address of the next campaigns; `None` on the last page.
    pub(in crate::http) more_campaigns: Option<String>,
}

pub(in crate::http) struct UsageLine {
    pub(in crate::http) metric: String,
    pub(in crate::http) label: String,
    /// A count or an amount.
    pub(in crate::http) figure: String,
    /// The page with the days of this line.
    pub(in crate::http) url: String,
    pub(in crate::http) chosen: bool,
}

pub(in crate::http) struct CampaignRow {
    pub(in crate::http) name: String,
    pub(in crate::http) headline: String,
    pub(in crate::http) active: bool,
    pub(in crate::http) status: String,
    pub(in crate::http) spent: String,
    pub(in crate::http) budget: String,
    pub(in crate::http) share: String,
    pub(in crate::http) spent_micros: i64,
    pub(in crate::http) budget_micros: i64,
}

/// The metrics that count, and those of money.
pub(in crate::http) fn lines(
    localizer: &Localizer,
    locale: Locale,
    usage: &MonthUsage,
    chosen: Option<&MetricUsage>,
) -> (Vec<UsageLine>, Vec<UsageLine>) {
    let line = |line: &MetricUsage| UsageLine {
        metric: line.metric.clone(),
        label: label(&localizer.t, &line.metric),
        figure: figure(locale, line, line.quantity),
        url: url(usage, line),
        chosen: Some(line) == chosen,
    };
    let (amounts, counts): (Vec<_>, Vec<_>) = usage.lines.iter().partition(|line| line.currency_code.is_some());
    (counts.into_iter().map(line).collect(), amounts.into_iter().map(line).collect())
}

pub(super) fn label(t: &Texts, metric: &str) -> String {
    match metric {
        "login.sign_ins" => t.get("metric-login-sign-ins"),
        "login.monthly_active_members" => t.get("metric-login-monthly-active-members"),
        "mypage.page_views" => t.get("metric-mypage-page-views"),
        "ad.impressions" => t.get("metric-ad-impressions"),
        "ad.clicks" => t.get("metric-ad-clicks"),
        "ad.spend" => t.get("metric-ad-spend"),
        "ad.credit" => t.get("metric-ad-credit"),
        other => other.to_owned(),
    }
}

/// A quantity of the line, as people read it.
pub(super) fn figure(locale: Locale, line: &MetricUsage, quantity: i64) -> String {
    let currency_code = line.currency_code.as_deref();
    currency_code.map_or_else(|| count(quantity), |currency_code| money(quantity, currency_code, locale))
}

/// The names of metrics and currencies need no escape.
fn url(usage: &MonthUsage, line: &MetricUsage) -> String {
    let currency = line.currency_code.as_ref().map(|code| format!("&currency={code}")).unwrap_or_default();
    format!("/usage?month={}&metric={}{currency}#days", usage.month, line.metric)
}

pub(in crate::http) fn campaigns(localizer: &Localizer, locale: Locale, campaigns: &[Campaign]) -> Vec<CampaignRow> {
    let row = |campaign: &Campaign| {
        let t = &localizer.t;
        let spent_micros = campaign.spent_today_micros(localizer.now, localizer.zone);
        let spent = money(spent_micros, &campaign.currency_code, locale);
        // ad's API shows budgets of earlier versions rounded down, and charges no more.
        let budget_micros = round_down(campaign.daily_budget_micros, &campaign.currency_code);
        let budget = money(budget_micros, &campaign.currency_code, locale);
        CampaignRow {
            name: campaign.name.clone(),
            headline: campaign.headline.clone(),
            active: campaign.is_active(),
            status: t.get(status(campaign.status)),
            share: t.with("campaign-share", &[("spent", &spent), ("budget", &budget)]),
            spent,
            budget,
            spent_micros,
            budget_micros,
        }
    };
    campaigns.iter().map(row).collect()
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "campaign-draft",
        Status::InReview => "campaign-in-review",
        Status::Active => "campaign-active",
        Status::Paused => "campaign-paused",
        Status::Ended => "campaign-ended",
    }
}

/// Rounds down to a payable amount, as ad does with bids and budgets that cannot be paid.
fn round_down(micros: i64, currency_code: &str) -> i64 {
    let step = if decimals(currency_code) == 0 { 1_000_000 } else { 10_000 };
    micros - micros % step
}

#[cfg(test)]
mod tests {
    use super::round_down;

    #[test]
    fn a_budget_that_cannot_be_paid_is_rounded_down() {
        assert_eq!(round_down(20_300_000, "KRW"), 20_000_000);
        assert_eq!(round_down(1_509_999, "USD"), 1_500_000);
    }
}

//! The page of the ledger.

use askama::Template;

use super::{
    Layout, Localizer,
    csv::{amount, line},
};
use crate::usecase::statement::Line;

#[derive(Template)]
#[template(path = "ledger.html")]
pub(in crate::http::pages) struct LedgerPage {
    pub(in crate::http::pages) layout: Layout,
    pub(in crate::http::pages) hint: String,
    pub(in crate::http::pages) lines: Vec<LineRow>,
    /// The address of older lines; `None` on the last page.
    pub(in crate::http::pages) older: Option<String>,
    /// Whether these are the newest lines.
    pub(in crate::http::pages) newest: bool,
}

pub(in crate::http::pages) struct LineRow {
    pub(in crate::http::pages) time: String,
    pub(in crate::http::pages) day: String,
    pub(in crate::http::pages) campaign: String,
    pub(in crate::http::pages) amount: String,
}

impl LineRow {
    pub(in crate::http::pages) fn new(localizer: &Localizer, row: &Line) -> Self {
        Self {
            time: localizer.moment(row.charge.occurred_at),
            day: row.charge.day.to_string(),
            campaign: row.campaign_name.clone(),
            amount: localizer.money(row.charge.price.micros, row.charge.price.currency.code()),
        }
    }
}

/// The header of the CSV file. Its columns have the same names in each language, for programs.
pub(in crate::http::pages) fn csv_header() -> String {
    line(["charge_id", "occurred_at", "day", "campaign_id", "campaign", "amount", "currency"])
}

pub(in crate::http::pages) fn csv_line(row: &Line) -> String {
    line([
        &row.charge.charge_id.to_string(),
        &row.charge.occurred_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        &row.charge.day.to_string(),
        &row.charge.campaign_id.to_string(),
        &row.campaign_name,
        &amount(row.charge.price.micros),
        row.charge.price.currency.code(),
    ])
}

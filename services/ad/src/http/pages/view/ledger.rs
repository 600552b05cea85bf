//! The page of the ledger.

use askama::Template;

use super::{
    Layout, Localizer,
    csv::{amount, line},
};
use crate::domain::ledger::Entry;

#[derive(Template)]
#[template(path = "ledger.html")]
pub(in crate::http::pages) struct LedgerPage {
    pub(in crate::http::pages) layout: Layout,
    pub(in crate::http::pages) hint: String,
    pub(in crate::http::pages) entries: Vec<EntryRow>,
    /// The address of older entries; `None` on the last page.
    pub(in crate::http::pages) older: Option<String>,
    /// Whether these are the newest entries.
    pub(in crate::http::pages) newest: bool,
}

pub(in crate::http::pages) struct EntryRow {
    pub(in crate::http::pages) time: String,
    pub(in crate::http::pages) day: String,
    pub(in crate::http::pages) campaign: String,
    pub(in crate::http::pages) amount: String,
}

impl EntryRow {
    pub(in crate::http::pages) fn new(localizer: &Localizer, entry: &Entry) -> Self {
        Self {
            time: localizer.moment(entry.occurred_at),
            day: entry.day.to_string(),
            campaign: entry.campaign_name.clone(),
            amount: localizer.money(entry.price.micros, entry.price.currency.code()),
        }
    }
}

/// The header of the CSV file. Its columns have the same names in each language, for programs.
pub(in crate::http::pages) fn csv_header() -> String {
    line(["charge_id", "occurred_at", "day", "campaign_id", "campaign", "amount", "currency"])
}

pub(in crate::http::pages) fn csv_line(entry: &Entry) -> String {
    line([
        &entry.charge_id.to_string(),
        &entry.occurred_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        &entry.day.to_string(),
        &entry.campaign_id.to_string(),
        &entry.campaign_name,
        &amount(entry.price.micros),
        entry.price.currency.code(),
    ])
}

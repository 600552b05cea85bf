//! The page of the ledger.

use askama::Template;

use super::{Layout, Localizer, csv};
use crate::{
    domain::ledger::{Entry, EntryKind},
    usecase::statement::Line,
};

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
    pub(in crate::http::pages) kind: String,
    pub(in crate::http::pages) day: String,
    pub(in crate::http::pages) campaign_id: String,
    pub(in crate::http::pages) campaign: String,
    pub(in crate::http::pages) amount: String,
}

impl LineRow {
    pub(in crate::http::pages) fn new(localizer: &Localizer, line: &Line) -> Self {
        let entry = &line.entry;
        let kind = match &entry.kind {
            EntryKind::Charge { .. } => localizer.t.get("ledger-charge"),
            EntryKind::Credit { reason, .. } => localizer.t.with("ledger-credit", &[("reason", reason.as_str())]),
        };
        Self {
            time: localizer.moment(entry.occurred_at),
            kind,
            day: localizer.date(entry.day),
            campaign_id: entry.campaign_id.to_string(),
            campaign: line.campaign_name.clone(),
            amount: localizer.money(owed(entry), entry.amount.currency.code()),
        }
    }
}

/// What the tenant owes for a line: less than nothing for a credit.
fn owed(entry: &Entry) -> i64 {
    match entry.kind {
        EntryKind::Charge { .. } => entry.amount.micros,
        EntryKind::Credit { .. } => -entry.amount.micros,
    }
}

/// The header of the CSV file. Its columns have the same names in each language, for programs.
pub(in crate::http::pages) fn csv_header() -> String {
    let columns = [
        "entry_id",
        "kind",
        "occurred_at",
        "day",
        "campaign_id",
        "campaign",
        "amount",
        "currency",
        "credited_charge_id",
        "reason",
    ];
    csv::line(columns)
}

pub(in crate::http::pages) fn csv_line(line: &Line) -> String {
    let entry = &line.entry;
    let (kind, charge, reason) = match &entry.kind {
        EntryKind::Charge { .. } => ("charge", String::new(), ""),
        EntryKind::Credit { charge_id, reason } => ("credit", charge_id.to_string(), reason.as_str()),
    };
    csv::line([
        &entry.entry_id.to_string(),
        kind,
        &entry.occurred_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        &entry.day.to_string(),
        &entry.campaign_id.to_string(),
        &line.campaign_name,
        &csv::amount(owed(entry)),
        entry.amount.currency.code(),
        &charge,
        reason,
    ])
}

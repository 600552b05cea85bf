//! The report of a campaign: charts, a table and CSV.

use chassis::{
    chart::{Bars, svg},
    text::{Texts, count},
};
use chrono::NaiveDate;

use super::{
    Localizer,
    csv::{amount, line},
    range::Range,
};
use crate::{
    domain::{
        money::Currency,
        report::{By, Counts, Period},
    },
    usecase::report::Report,
};

pub(in crate::http::pages) struct ReportView {
    pub(in crate::http::pages) tabs: Vec<Tab>,
    pub(in crate::http::pages) name: String,
    pub(in crate::http::pages) hint: String,
    pub(in crate::http::pages) previous: Option<String>,
    pub(in crate::http::pages) next: Option<String>,
    pub(in crate::http::pages) csv: String,
    pub(in crate::http::pages) figures: Vec<Figure>,
    pub(in crate::http::pages) charts: Vec<Chart>,
    /// Whether the charts end with the present period: a phone shows that end.
    pub(in crate::http::pages) newest_last: bool,
    pub(in crate::http::pages) rows: Vec<Row>,
    pub(in crate::http::pages) refused: Vec<Figure>,
}

pub(in crate::http::pages) struct Tab {
    pub(in crate::http::pages) label: String,
    pub(in crate::http::pages) url: String,
    pub(in crate::http::pages) current: bool,
}

pub(in crate::http::pages) struct Figure {
    pub(in crate::http::pages) label: String,
    pub(in crate::http::pages) value: String,
}

pub(in crate::http::pages) struct Chart {
    pub(in crate::http::pages) title: String,
    pub(in crate::http::pages) svg: String,
}

pub(in crate::http::pages) struct Row {
    pub(in crate::http::pages) period: String,
    pub(in crate::http::pages) impressions: String,
    pub(in crate::http::pages) clicks: String,
    pub(in crate::http::pages) rate: String,
    pub(in crate::http::pages) spent: String,
}

impl ReportView {
    pub(in crate::http::pages) fn new(
        localizer: &Localizer,
        campaign: &str,
        range: Range,
        report: &Report,
        currency: Currency,
    ) -> Self {
        let t = &localizer.t;
        let url = |by: By, on: NaiveDate| format!("/campaigns/{campaign}?by={}&on={on}#report", by.name());
        let tab = |by: By| Tab { label: by_name(t, by), url: url(by, range.on), current: by == range.by };
        let money = |micros: i64| localizer.money(micros, currency.code());
        let row = |(period, counts): &(Period, Counts)| Row {
            period: label(localizer, range.by, period, true),
            impressions: count(counts.impressions),
            clicks: count(counts.clicks),
            rate: rate(*counts),
            spent: money(counts.spent),
        };
        let refused = report
            .refused
            .iter()
            .map(|(reason, number)| Figure { label: reason_name(t, reason), value: count(*number) });
        Self {
            tabs: By::ALL.map(tab).into(),
            name: range.name(localizer),
            hint: t.with("report-hint", &[("zone", localizer.zone_name())]),
            previous: range.previous().map(|on| url(range.by, on)),
            next: range.next().map(|on| url(range.by, on)),
            csv: format!("/campaigns/{campaign}/report.csv?by={}&on={}", range.by.name(), range.on),
            figures: figures(t, report.total(), money(report.total().spent)),
            charts: charts(localizer, range, report, currency),
            newest_last: range.by == By::Month,
            rows: report.periods.iter().map(row).collect(),
            refused: refused.collect(),
        }
    }
}

fn figures(t: &Texts, total: Counts, spent: String) -> Vec<Figure> {
    vec![
        Figure { label: t.get("report-impressions"), value: count(total.impressions) },
        Figure { label: t.get("report-clicks"), value: count(total.clicks) },
        Figure { label: t.get("report-rate"), value: rate(total) },
        Figure { label: t.get("report-spent"), value: spent },
    ]
}

fn charts(localizer: &Localizer, range: Range, report: &Report, currency: Currency) -> Vec<Chart> {
    let t = &localizer.t;
    let labels: Vec<_> = report.periods.iter().map(|(period, _)| label(localizer, range.by, period, false)).collect();
    let chart = |id: &str, title: String, value: &dyn Fn(&Counts) -> i64, format: &dyn Fn(i64) -> String, least| {
        let values: Vec<_> = report.periods.iter().map(|(_, counts)| value(counts)).collect();
        let highest = values.iter().copied().max().unwrap_or_default();
        let total = values.iter().sum::<i64>();
        let arguments = [("name", range.name(localizer)), ("total", format(total)), ("highest", format(highest))];
        let description = t.with("report-chart", &arguments);
        let bars =
            Bars { id, title: &title, description: &description, labels: &labels, values: &values, format, least };
        Chart { svg: svg(&bars), title }
    };
    let money = |micros: i64| localizer.money(micros, currency.code());
    vec![
        chart("impressions", t.get("report-impressions"), &|counts| counts.impressions, &count, 1),
        chart("clicks", t.get("report-clicks"), &|counts| counts.clicks, &count, 1),
        chart("spent", t.get("report-spent"), &|counts| counts.spent, &money, 1_000_000),
    ]
}

/// The period in a table, or on the short axis of a chart.
fn label(localizer: &Localizer, by: By, period: &Period, long: bool) -> String {
    let local = period.start.with_timezone(&localizer.zone);
    let format = match (by, long) {
        (By::Day, true) => return localizer.date(local.date_naive()),
        (By::Month, true) => return localizer.month(local.date_naive()),
        (By::Hour, true) => "%H:%M",
        (By::Hour, false) => "%H",
        (By::Day, false) => "%-d",
        (By::Month, false) => "%-m",
    };
    local.format(format).to_string()
}

/// Clicks per impression: "1.2%".
pub(in crate::http::pages) fn rate(counts: Counts) -> String {
    counts.clicks_per_mille().map_or_else(|| "–".to_owned(), |mille| format!("{}.{}%", mille / 10, mille % 10))
}

fn by_name(t: &Texts, by: By) -> String {
    match by {
        By::Hour => t.get("report-by-hour"),
        By::Day => t.get("report-by-day"),
        By::Month => t.get("report-by-month"),
    }
}

fn reason_name(t: &Texts, reason: &str) -> String {
    match reason {
        "robot" => t.get("refused-robot"),
        "prefetch" => t.get("refused-prefetch"),
        "forged" => t.get("refused-forged"),
        "expired" => t.get("refused-expired"),
        "no_impression" => t.get("refused-no-impression"),
        other => other.to_owned(),
    }
}

/// The report as CSV. Its columns have the same names in each language, for programs.
pub(in crate::http::pages) fn csv(localizer: &Localizer, by: By, report: &Report, currency: Currency) -> String {
    let row = |(period, counts): &(Period, Counts)| {
        line([
            &period.start.with_timezone(&localizer.zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            by.name(),
            &counts.impressions.to_string(),
            &counts.clicks.to_string(),
            &amount(counts.spent),
            currency.code(),
        ])
    };
    let header = line(["start", "period", "impressions", "clicks", "spent", "currency"]);
    header + &report.periods.iter().map(row).collect::<String>()
}

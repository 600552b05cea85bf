//! The usage of a metric by day, as a chart and as a table.

use chassis::{
    chart::{Bars, svg},
    text::Locale,
};
use chrono::Datelike;

use super::{
    Localizer,
    usage::{figure, label},
};
use crate::domain::usage::{MetricUsage, MonthUsage};

pub(in crate::http) struct Days {
    pub(in crate::http) title: String,
    /// The name of the metric.
    pub(in crate::http) name: String,
    pub(in crate::http) svg: String,
    pub(in crate::http) rows: Vec<DayRow>,
}

pub(in crate::http) struct DayRow {
    pub(in crate::http) day: String,
    pub(in crate::http) figure: String,
}

impl Days {
    pub(in crate::http) fn new(localizer: &Localizer, locale: Locale, usage: &MonthUsage, line: &MetricUsage) -> Self {
        let (t, values) = (&localizer.t, usage.by_day(line));
        let format = |quantity: i64| figure(locale, line, quantity);
        let name = label(t, &line.metric);
        let title = format!("{} · {name}", t.get("usage-days"));
        let highest = values.iter().copied().max().unwrap_or_default();
        let arguments = [
            ("name", name.clone()),
            ("month", localizer.month(usage.month)),
            ("total", format(line.quantity)),
            ("highest", format(highest)),
        ];
        let bars = Bars {
            id: "usage",
            title: &title,
            description: &t.with("usage-chart", &arguments),
            labels: &usage.month.days().map(|day| day.day().to_string()).collect::<Vec<_>>(),
            values: &values,
            format: &format,
            least: if line.currency_code.is_some() { 1_000_000 } else { 1 },
        };
        let row = |(day, quantity): (_, &i64)| DayRow { day: localizer.date(day), figure: format(*quantity) };
        let svg = svg(&bars);
        Self { rows: usage.month.days().zip(&values).map(row).collect(), title, name, svg }
    }
}

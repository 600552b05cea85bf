//! Formats numbers and tables for reports.

use std::{fmt::Display, num::NonZero, thread::available_parallelism};

use chrono::{DateTime, Utc};

/// Tells when, and on how many cores, a product was measured.
pub(crate) fn machine(product: &str, measured_at: DateTime<Utc>) -> String {
    let cores = match available_parallelism().map_or(1, NonZero::get) {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    };
    let day = measured_at.format("%Y-%m-%d");
    format!("{day} on {cores}, shared by {product}, its Postgres and the clients.")
}

/// Formats milliseconds with three significant digits in a suitable unit: `870 ns`, `1.53 ms`.
pub(crate) fn time(milliseconds: f64) -> String {
    let (value, unit) = match milliseconds {
        ms if ms >= 1000.0 => (ms / 1000.0, "s"),
        ms if ms >= 1.0 => (ms, "ms"),
        ms if ms >= 0.001 => (ms * 1e3, "µs"),
        ms => (ms * 1e6, "ns"),
    };
    format!("{} {unit}", three_digits(value))
}

/// Formats a ratio: `×1.24`.
pub(crate) fn ratio(ratio: f64) -> String {
    format!("×{}", three_digits(ratio))
}

/// Formats a number with three significant digits.
pub(crate) fn three_digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value:.0}");
    }
    let before = value.abs().log10().floor() as i32 + 1;
    let places = usize::try_from(3 - before).unwrap_or(0);
    format!("{value:.places$}")
}

/// Formats a Markdown table: the first column is text, the others are numbers.
pub(crate) fn table<R: AsRef<[String]>>(head: &[&str], rows: &[R]) -> String {
    let rule: Vec<&str> = (0..head.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    let mut lines = vec![line(head), format!("|{}|", rule.join("|"))];
    lines.extend(rows.iter().map(|row| line(row.as_ref())));
    lines.join("\n")
}

fn line<T: Display>(cells: &[T]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| format!(" {cell} ")).collect();
    format!("|{}|", cells.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_suitable_unit() {
        let texts = [12_345.6, 1530.0, 999.9, 1.5349, 0.087, 0.000_87].map(time);
        assert_eq!(texts, ["12.3 s", "1.53 s", "1000 ms", "1.53 ms", "87.0 µs", "870 ns"]);
    }

    #[test]
    fn ratios_have_three_digits() {
        assert_eq!([123.4, 1.236, 0.004_567, 0.0].map(ratio), ["×123", "×1.24", "×0.00457", "×0"]);
    }

    #[test]
    fn a_table_is_markdown() {
        let text = table(&["call", "p50"], &[["a".to_owned(), "1 ms".to_owned()]]);
        assert_eq!(text, "| call | p50 |\n|---|---:|\n| a | 1 ms |");
    }
}

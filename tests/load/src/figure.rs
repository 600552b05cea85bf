//! Measured values, and their JSON: `[{"name": …, "value": …, "unit": …, "ratio": …, "of": …}]`. Checks outside of this
//! repository read the names.

use std::{borrow::Cow, fs, path::Path};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::text::{ratio, table, three_digits};

/// A measured value, and its ratio to something that was measured in the same run.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) ratio: f64,
    /// What the ratio compares with.
    pub(crate) of: &'static str,
}

impl Figure {
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        (value, unit): (f64, &'static str),
        ratio: f64,
        of: &'static str,
    ) -> Self {
        Self { name: name.into(), value, unit, ratio, of }
    }
}

/// Writes the figures as JSON.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn write(file: &Path, figures: &[Figure]) -> Result<()> {
    let text = serde_json::to_string_pretty(figures)? + "\n";
    fs::write(file, text).with_context(|| file.display().to_string())
}

pub(crate) fn markdown(figures: &[Figure]) -> String {
    let rows: Vec<_> = figures
        .iter()
        .map(|figure| {
            let value = format!("{} {}", three_digits(figure.value), figure.unit);
            [format!("`{}`", figure.name), value.trim_end().to_owned(), ratio(figure.ratio), figure.of.to_owned()]
        })
        .collect();
    table(&["figure", "value", "ratio", "of"], &rows)
}

/// The median of measured values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_a_list_with_fixed_keys() {
        let figure = Figure::new("unary.p50_ratio", (1.5, ""), 1.5, "a bare server");
        let json = serde_json::to_string(&[&figure]).expect("JSON");
        assert_eq!(json, r#"[{"name":"unary.p50_ratio","value":1.5,"unit":"","ratio":1.5,"of":"a bare server"}]"#);
        assert!(markdown(&[figure]).ends_with("| `unary.p50_ratio` | 1.50 | ×1.50 | a bare server |"));
    }

    #[test]
    fn the_median_ignores_an_outlier() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
    }
}

//! Reads the products' JSON logs.

use serde_json::Value;

use crate::system::System;

/// A parsed log line.
#[derive(Debug, Clone)]
pub struct Line(Value);

impl Line {
    /// Returns a string field, or "" if it is missing.
    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Reads the log lines of all products.
///
/// # Panics
/// If the logs cannot be read.
pub async fn lines(system: &System) -> Vec<Line> {
    let text = system.logs().await;
    let lines = text.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| serde_json::from_str(line).ok()).map(Line).collect()
}

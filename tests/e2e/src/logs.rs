//! What the products' logs say of a trace.

use serde_json::Value;

use crate::system::System;

/// A line of a log.
#[derive(Debug, Clone)]
pub struct Line(Value);

impl Line {
    /// A field's text; empty when there is none.
    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// All lines of all products.
///
/// # Panics
/// When the logs can't be read.
pub async fn lines(system: &System) -> Vec<Line> {
    let text = system.logs().await;
    let lines = text.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| serde_json::from_str(line).ok()).map(Line).collect()
}

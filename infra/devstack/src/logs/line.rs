//! One log line: products write JSON objects, Postgres and Kafka write text.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Fields that are shown at their own positions, or that a person at a terminal does not need.
const NOT_APPENDED: [&str; 9] =
    ["timestamp", "level", "service", "product", "target", "message", "otel.kind", "span_id", "trace_id"];

/// A log line with the name of its process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    process: String,
    text: String,
    fields: Map<String, Value>,
}

impl Line {
    /// Parses a line of the log of `process`.
    #[must_use]
    pub fn parse(process: &str, text: &str) -> Self {
        let fields = match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        Self { process: process.to_owned(), text: text.to_owned(), fields }
    }

    /// The trace id.
    #[must_use]
    pub fn trace(&self) -> Option<&str> {
        self.field("trace_id")
    }

    /// The id of the trace to which its trace is linked.
    #[must_use]
    pub fn linked_trace(&self) -> Option<&str> {
        self.field("linked_trace_id")
    }

    /// The timestamp, whose format sorts as text.
    #[must_use]
    pub fn time(&self) -> Option<&str> {
        self.field("timestamp")
    }

    /// Formats the line for people; with `raw` returns it as it is in the file.
    #[must_use]
    pub fn show(&self, raw: bool) -> String {
        if raw || self.fields.is_empty() {
            return if raw { self.text.clone() } else { format!("{:<10} {}", self.process, self.text) };
        }
        let time = self.time().and_then(|time| time.get(11..23)).unwrap_or_default();
        let level = self.field("level").unwrap_or_default();
        let message = self.field("message").unwrap_or_default();
        let mut shown = format!("{time} {level:<5} {:<10} {message}", self.process);
        let mut others: Vec<_> =
            self.fields.iter().filter(|(name, _)| !NOT_APPENDED.contains(&name.as_str())).collect();
        others.sort_by_key(|(name, _)| *name);
        for (name, value) in others {
            // Writing to a String cannot fail.
            let _written = match value {
                Value::String(text) => write!(shown, " {name}={text}"),
                Value::Number(number) if number.is_f64() => {
                    write!(shown, " {name}={:.1}", number.as_f64().unwrap_or_default())
                }
                other => write!(shown, " {name}={other}"),
            };
        }
        if let Some(trace) = self.trace() {
            let _written = write!(shown, " trace={trace}");
        }
        shown
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_json_line_is_formatted_for_people() {
        let text = r#"{"timestamp":"2026-05-01T10:00:00.123456Z","level":"INFO","service":"ad","target":"ad::x","message":"click charged","price":300,"milliseconds":5.144064999,"trace_id":"abc","span_id":"d"}"#;
        let line = Line::parse("ad-1", text);
        assert_eq!(
            line.show(false),
            "10:00:00.123 INFO  ad-1       click charged milliseconds=5.1 price=300 trace=abc"
        );
        assert_eq!(line.show(true), text);
    }

    #[test]
    fn a_text_line_gets_the_name_of_its_process() {
        let line = Line::parse("postgres", "LOG:  ready");
        assert_eq!(line.show(false), "postgres   LOG:  ready");
        assert_eq!(line.trace(), None);
    }
}

//! The output of `load`: one JSON object per line.

use serde::{Deserialize, Serialize};

/// A line of the output.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// Results of one kind in one second.
    Sample(Sample),
    /// A failed call, printed at once.
    Failure(Failure),
    /// The summary, on the last line.
    Summary(Box<Summary>),
}

impl Line {
    /// Parses a line. Returns `None` for other output, such as a panic message.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Results of one kind of call in one second. A call counts in the second in which it ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// Start of the second, in milliseconds since 1970.
    pub second: i64,
    #[serde(flatten)]
    pub total: Total,
}

/// Results of the calls of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Total {
    pub product: String,
    pub kind: String,
    /// Successful calls.
    pub ok: u64,
    /// Retried calls, successful or not.
    pub retried: u64,
    /// Calls that failed in spite of a retry.
    pub failed: u64,
    /// Pages without the part of another product.
    pub incomplete: u64,
    /// Median duration from the scheduled start, with retry.
    pub p50_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
    pub max_ms: f64,
}

/// A failed call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// End of the call, in milliseconds since 1970.
    pub at: i64,
    pub product: String,
    pub kind: String,
    /// The error.
    pub text: String,
}

/// Results of the whole run, for comparison with the stores.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The load's own tenant.
    pub tenant_id: String,
    /// Totals of each kind.
    pub totals: Vec<Total>,
    /// Impression links that were requested, each counted once.
    pub impressions: u64,
    /// Click links that were requested, each counted once.
    pub clicks: u64,
    /// Successful sign-ins.
    pub sign_ins: u64,
    /// Successful pages.
    pub pages: u64,
    /// Retried pages. The first try may have been counted as well.
    pub pages_retried: u64,
    /// Results of each person's streams.
    pub people: Vec<StreamResults>,
}

impl Summary {
    /// Returns the number of failed calls.
    pub fn failures(&self) -> u64 {
        self.totals.iter().map(|total| total.failed).sum()
    }
}

/// A person's changes, and the timeline lines that the streams received over all reconnects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StreamResults {
    pub user_id: String,
    /// Changes of preferences with a response.
    pub changes: u64,
    /// Id of the line after which the timeline was followed.
    pub after: String,
    /// Lines received by gRPC.
    pub lines: u64,
    /// Duplicates among them.
    pub duplicates: u64,
    /// [`digest`] of their ids, in order.
    pub digest: String,
    /// Number of gRPC streams.
    pub streams: u64,
    /// Number of page streams.
    pub page_streams: u64,
    /// Lines received by gRPC that the page's stream never contained.
    pub page_missing: u64,
    /// Number of page states with a duplicate line.
    pub page_duplicates: u64,
}

/// Hashes a sequence of ids.
pub fn digest<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let all: Vec<&str> = ids.into_iter().collect();
    BASE64_URL_SAFE_NO_PAD.encode(chassis::secret::hash(&all.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_parsed_as_printed() {
        let total = Total {
            product: "ad".into(),
            kind: "click".into(),
            ok: 2,
            retried: 1,
            failed: 0,
            incomplete: 0,
            p50_ms: 1.5,
            p99_ms: 2.0,
            max_ms: 2.0,
        };
        let text = serde_json::to_string(&Line::Sample(Sample { second: 1_700_000_000_000, total })).expect("JSON");
        assert!(
            text.starts_with(r#"{"sample":{"second":1700000000000,"product":"ad","kind":"click","ok":2"#),
            "{text}"
        );
        assert!(matches!(Line::parse(&text), Some(Line::Sample(sample)) if sample.total.ok == 2));
        assert!(Line::parse("thread 'main' panicked").is_none());
    }

    #[test]
    fn a_digest_depends_on_the_order() {
        assert_eq!(digest(["a", "b"]), digest(["a", "b"]));
        assert_ne!(digest(["a", "b"]), digest(["b", "a"]));
    }
}

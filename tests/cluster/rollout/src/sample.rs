//! What `load` prints: JSON, one of these a line.

use serde::{Deserialize, Serialize};

/// A line of `load`'s output.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A second of one kind.
    Sample(Sample),
    /// A failure, at once.
    Failure(Failure),
    /// All of it, last of all.
    Summary(Box<Summary>),
}

impl Line {
    /// The line that `text` is; nothing when it is another program's, such as a panic's.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// What came of one kind of call in one second. Calls count where they end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// When the second began, in milliseconds since 1970.
    pub second: i64,
    /// How it went.
    #[serde(flatten)]
    pub total: Total,
}

/// How calls of one kind went.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Total {
    /// The product that was called.
    pub product: String,
    /// What was called.
    pub kind: String,
    /// Calls that a client is content with.
    pub ok: u64,
    /// Calls that were tried once more, however that ended.
    pub retried: u64,
    /// Calls that a client with ordinary retry noticed.
    pub failed: u64,
    /// Pages that were answered without the part of another product.
    pub lacking: u64,
    /// Half of the calls took at most this, from the time they were due, retry included.
    pub p50_ms: f64,
    /// All but one in a hundred took at most this.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// A call whose failure a client noticed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// When it ended, in milliseconds since 1970.
    pub at: i64,
    /// The product that was called.
    pub product: String,
    /// What was called.
    pub kind: String,
    /// What happened.
    pub text: String,
}

/// What the whole run came to, for comparison with the stores.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The company whose people made the load. What it did belongs to nobody else.
    pub tenant_id: String,
    /// Each kind, over the whole run.
    pub totals: Vec<Total>,
    /// Impression links that were answered, each counted once.
    pub impressions: u64,
    /// Click links that were answered, each counted once.
    pub clicks: u64,
    /// Sign-ins that succeeded.
    pub sign_ins: u64,
    /// Pages that were answered.
    pub pages: u64,
    /// Pages that were asked for once more: the first try may have been counted, too.
    pub pages_again: u64,
    /// The people, and what their streams brought.
    pub people: Vec<Followed>,
}

impl Summary {
    /// Failures that a client noticed.
    pub fn noticed(&self) -> u64 {
        self.totals.iter().map(|total| total.failed).sum()
    }
}

/// What one person did, and what the streams of the person's timeline brought, over all reconnects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Followed {
    /// The person.
    pub user_id: String,
    /// Changes of preferences that were answered.
    pub changes: u64,
    /// The line after which the timeline was followed.
    pub after: String,
    /// Lines that the gRPC stream brought.
    pub lines: u64,
    /// Those of them that had come before.
    pub doubled: u64,
    /// [`digest`] of their ids in the order in which they came.
    pub digest: String,
    /// Times that the gRPC stream was opened.
    pub streams: u64,
    /// Times that the stream of the page was opened.
    pub page_streams: u64,
    /// Lines of the gRPC stream that the stream of the page never showed.
    pub page_missing: u64,
    /// Times that one state of the page showed a line twice.
    pub page_doubled: u64,
}

/// Names a sequence of ids.
pub fn digest<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let all: Vec<&str> = ids.into_iter().collect();
    BASE64_URL_SAFE_NO_PAD.encode(chassis::secret::hash(&all.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back() {
        let total = Total {
            product: "ad".into(),
            kind: "click".into(),
            ok: 2,
            retried: 1,
            failed: 0,
            lacking: 0,
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
    fn a_digest_knows_order() {
        assert_eq!(digest(["a", "b"]), digest(["a", "b"]));
        assert_ne!(digest(["a", "b"]), digest(["b", "a"]));
    }
}

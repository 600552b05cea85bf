//! The report, as JSON and as Markdown.

use chrono::{DateTime, Utc};

use super::{bare::BareArgon2, enumeration::Enumeration, sign_in::SignIn, storm::Storm, verification::Verification};
use crate::{
    latency::Latency,
    text::{machine, ratio, table, three_digits, time},
};

#[derive(Debug)]
pub(super) struct Report {
    measured_at: DateTime<Utc>,
    /// Parameters and concurrency of the hash.
    argon2id: String,
    pub(super) sign_in: Vec<SignIn>,
    pub(super) verification: Option<Verification>,
    pub(super) storm: Option<Storm>,
    pub(super) enumeration: Option<Enumeration>,
}

impl Report {
    pub(super) fn new(bare: &BareArgon2, measured_at: DateTime<Utc>) -> Self {
        let argon2id = bare.describe();
        Self { measured_at, argon2id, sign_in: vec![], verification: None, storm: None, enumeration: None }
    }

    /// Returns the violated guarantees.
    pub(super) fn violations(&self) -> Vec<String> {
        self.storm.as_ref().map(Storm::violations).unwrap_or_default()
    }

    pub(super) fn markdown(&self) -> String {
        let machine = machine("login", self.measured_at);
        let mut parts = vec![format!("{machine} ×: multiple of the first row.")];
        if !self.sign_in.is_empty() {
            parts.push(sign_ins(&self.sign_in, &self.argon2id));
        }
        parts.extend(self.verification.as_ref().map(verification));
        parts.extend(self.storm.as_ref().map(storm));
        parts.extend(self.enumeration.as_ref().map(enumeration));
        parts.join("\n\n")
    }
}

fn sign_ins(all: &[SignIn], argon2id: &str) -> String {
    let mut rows = vec![];
    for it in all {
        let at_once = it.at_once.to_string();
        let (bare, sign_in) = (&it.bare, &it.sign_in);
        rows.push([
            format!("Argon2id alone ({argon2id})"),
            at_once.clone(),
            time(bare.latency.p50_ms),
            time(bare.latency.p99_ms),
            three_digits(bare.per_second),
        ]);
        rows.push([
            "sign-in".to_owned(),
            at_once,
            with_ratio(sign_in.latency.p50_ms, it.latency_ratio.p50),
            with_ratio(sign_in.latency.p99_ms, it.latency_ratio.p99),
            format!("{} ({})", three_digits(sign_in.per_second), ratio(it.throughput_ratio)),
        ]);
    }
    table(&["password check", "at once", "p50", "p99", "a second"], &rows)
}

fn verification(figures: &Verification) -> String {
    let empty = figures.empty_call;
    let mut rows = vec![["an empty gRPC call".to_owned(), time(empty.p50_ms), time(empty.p99_ms)]];
    for (name, check) in [
        ("`IntrospectToken` by gRPC", &figures.introspection),
        ("with the keys of `/jwks`, new token", &figures.local_first),
        ("with the keys of `/jwks`, cached token", &figures.local_remembered),
    ] {
        let (latency, to_empty) = (check.latency, check.to_empty_call);
        let figures = [with_ratio(latency.p50_ms, to_empty.p50), with_ratio(latency.p99_ms, to_empty.p99)];
        let [p50, p99] = figures;
        rows.push([name.to_owned(), p50, p99]);
    }
    table(&["access token check", "p50", "p99"], &rows)
}

fn storm(figures: &Storm) -> String {
    let row = |name: &str, latency: Latency| {
        [name.to_owned(), time(latency.p50_ms), time(latency.p99_ms), time(latency.max_ms)]
    };
    let (tokens, readyz) = (&figures.token_verification, &figures.readyz);
    let rows = [
        row("`IntrospectToken`, before", tokens.before),
        row("`IntrospectToken`, meanwhile", tokens.during),
        row("`/readyz`, before", readyz.before),
        row("`/readyz`, meanwhile", readyz.during),
    ];
    let answers: Vec<String> = figures.answers.iter().map(|(status, count)| format!("{count} × {status}")).collect();
    let times = if figures.storms == 1 { "Once".to_owned() } else { format!("{} times", figures.storms) };
    let missing = match figures.without_retry_after {
        0 => "each refusal with `Retry-After`".to_owned(),
        missing => format!("{missing} refusals **without `Retry-After`**"),
    };
    let unanswered = match figures.unanswered.len() {
        0 => String::new(),
        unanswered => format!(" **{unanswered} got no response.**"),
    };
    format!(
        "{times} {} concurrent sign-ins: {}, {missing}; the longest answer took {}.{unanswered}\n\n{}",
        figures.at_once,
        answers.join(", "),
        time(figures.longest_ms),
        table(&["beside it, 50 a second", "p50", "p99", "longest"], &rows)
    )
}

fn enumeration(figures: &Enumeration) -> String {
    let row = |name: &str, latency: Latency| {
        [name.to_owned(), latency.calls.to_string(), time(latency.p50_ms), time(latency.p99_ms)]
    };
    let rows = [row("with an account", figures.known), row("without one", figures.unknown)];
    let verdict = if figures.told_apart { "distinguishes the two" } else { "does not distinguish the two" };
    format!(
        "{}\n\nMann-Whitney: U = {}, p = {}; at 1 %, it {verdict}. An address with an account took longer in {:.1} % of all pairs.",
        table(&["wrong password for an address", "tries", "p50", "p99"], &rows),
        figures.test.u,
        three_digits(figures.test.p),
        figures.known_takes_longer * 100.0
    )
}

fn with_ratio(milliseconds: f64, times: f64) -> String {
    format!("{} ({})", time(milliseconds), ratio(times))
}

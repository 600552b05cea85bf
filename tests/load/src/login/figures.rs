//! The figures of the report, for `--json`.

use super::{report::Report, sign_in::SignIn, storm::Background, verification::VerificationLatency};
use crate::figure::Figure;

pub(super) fn figures(report: &Report) -> Vec<Figure> {
    let mut figures: Vec<_> = report.sign_in.iter().flat_map(sign_in).collect();
    if let Some(it) = &report.verification {
        for (name, latency) in [
            ("introspection", &it.introspection),
            ("new_token", &it.local_first),
            ("cached_token", &it.local_remembered),
        ] {
            figures.extend(verification(name, latency));
        }
    }
    if let Some(it) = &report.storm {
        figures.extend(background("storm.introspection", &it.token_verification));
        figures.extend(background("storm.readyz", &it.readyz));
    }
    if let Some(it) = &report.enumeration {
        let ratio = it.known.ratio_to(&it.unknown).p50;
        let of = "a wrong password for an address without an account";
        figures.push(Figure::new("enumeration.p50_ms", (it.known.p50_ms, "ms"), ratio, of));
        figures.push(Figure::new("enumeration.p_value", (it.test.p, ""), ratio, of));
    }
    figures
}

fn sign_in(it: &SignIn) -> [Figure; 3] {
    let (name, of) = (|what: &str| format!("sign_in.{}_at_once.{what}", it.at_once), "Argon2id alone");
    let latency = it.sign_in.latency;
    [
        Figure::new(name("p50_ms"), (latency.p50_ms, "ms"), it.latency_ratio.p50, of),
        Figure::new(name("p99_ms"), (latency.p99_ms, "ms"), it.latency_ratio.p99, of),
        Figure::new(name("per_second"), (it.sign_in.per_second, "/s"), it.throughput_ratio, of),
    ]
}

fn verification(name: &str, it: &VerificationLatency) -> [Figure; 2] {
    let of = "an empty gRPC call";
    [
        Figure::new(format!("tokens.{name}.p50_ms"), (it.latency.p50_ms, "ms"), it.to_empty_call.p50, of),
        Figure::new(format!("tokens.{name}.p99_ms"), (it.latency.p99_ms, "ms"), it.to_empty_call.p99, of),
    ]
}

fn background(name: &str, it: &Background) -> [Figure; 2] {
    let (ratio, of) = (it.during.ratio_to(&it.before), "the same before the storms");
    [
        Figure::new(format!("{name}.p50_ms"), (it.during.p50_ms, "ms"), ratio.p50, of),
        Figure::new(format!("{name}.p99_ms"), (it.during.p99_ms, "ms"), ratio.p99, of),
    ]
}

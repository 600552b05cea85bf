//! Recording rules and multi-window burn-rate alerts (Google SRE Workbook, chapter 5).
//!
//! Only the shortest window is computed from the product's series. Longer windows sum up its recorded values, so that 28
//! days cost no more than one hour. Without events there is no ratio and no alert. With few events one failure is a large
//! share, so an alert needs at least [`MIN_FAILURES`] failures.

use crate::{
    objective::{Indicator, Objective},
    pace::Pace,
    rules::{Group, Rule},
};

/// The window that is computed from the product's series.
const BASE: &str = "5m";
/// The evaluation interval.
const INTERVAL: &str = "30s";
/// The longer windows of alerts and of the error budget.
const LONGER: [&str; 7] = ["30m", "1h", "2h", "6h", "1d", "3d", "28d"];
/// The number of failures in the long window that an alert needs.
const MIN_FAILURES: u32 = 5;

/// A burn rate that triggers an alert. The short window resolves the alert soon after the burn has ended.
struct Burn {
    times: f64,
    long: &'static str,
    short: &'static str,
    severity: &'static str,
}

const BURNS: [Burn; 4] = [
    Burn { times: 14.4, long: "1h", short: "5m", severity: "page" },
    Burn { times: 6.0, long: "6h", short: "30m", severity: "page" },
    Burn { times: 3.0, long: "1d", short: "2h", severity: "ticket" },
    Burn { times: 1.0, long: "3d", short: "6h", severity: "ticket" },
];

/// Generates the groups of a product: recorded series and alerts.
pub(crate) fn groups(product: &str, objectives: &[Objective], pace: Pace) -> anyhow::Result<Vec<Group>> {
    let interval = Some(pace.interval(INTERVAL)?);
    let mut rules = vec![];
    for objective in objectives {
        rules.extend(recorded(objective, pace)?);
    }
    let of = format!("{{service=\"{product}\"}}");
    rules.push(Rule::record(
        format!("slo:error_ratio:rate{BASE}"),
        format!("slo:errors:rate{BASE}{of} / (slo:events:rate{BASE}{of} > 0)"),
    ));
    for window in LONGER {
        let range = pace.text(window)?;
        let sum = |what| format!("sum_over_time(slo:{what}:rate{BASE}{of}[{range}])");
        let ratio = format!("{} / ({} > 0)", sum("errors"), sum("events"));
        rules.push(Rule::record(format!("slo:error_ratio:rate{window}"), ratio));
    }
    for Burn { long, .. } in &BURNS {
        let (range, seconds) = (pace.text(long)?, pace.interval_seconds(INTERVAL)?);
        let count = format!("sum_over_time(slo:errors:rate{BASE}{of}[{range}]) * {seconds}");
        rules.push(Rule::record(format!("slo:errors:count{long}"), count));
    }
    rules.push(Rule::record(
        "slo:error_budget:remaining",
        format!("1 - slo:error_ratio:rate28d{of} / on (service, slo) (1 - slo:objective{of})"),
    ));
    let alerts = objectives.iter().flat_map(|objective| BURNS.iter().map(|burn| alert(product, objective, burn)));
    let alerts = Group { name: format!("{product}-slo-alerts"), interval: interval.clone(), rules: alerts.collect() };
    Ok(vec![Group { name: format!("{product}-slo"), interval, rules }, alerts])
}

/// The recording rules of one objective: events, errors and target.
fn recorded(objective: &Objective, pace: Pace) -> anyhow::Result<[Rule; 3]> {
    let range = pace.text(BASE)?;
    // Without a series the rate is 0, not unknown.
    let sum = |rates: String| format!("(sum({rates}) or vector(0))");
    let (events, errors) = match &objective.indicator {
        Indicator::Ratio { good, total } => {
            let rate = |selector: &String| format!("rate({selector}[{range}])");
            let rates = |selectors: &[String]| sum(selectors.iter().map(rate).collect::<Vec<_>>().join(" or "));
            (rates(total), format!("clamp_min({} - {}, 0)", rates(total), rates(good)))
        }
        // The number of series, and of those above the limit: an error is a second of one series.
        Indicator::Threshold { gauge, limit } => {
            let step = pace.interval(INTERVAL)?;
            let mean = |comparison: String| sum(format!("avg_over_time(({gauge} {comparison})[{range}:{step}])"));
            (mean("> bool -Inf".into()), mean(format!("> bool {limit}")))
        }
    };
    let rules = [
        Rule::record(format!("slo:events:rate{BASE}"), events),
        Rule::record(format!("slo:errors:rate{BASE}"), errors),
        Rule::record("slo:objective", format!("vector({})", objective.target)),
    ];
    Ok(rules.map(|mut rule| {
        rule.labels.insert("slo".into(), objective.name.clone());
        rule
    }))
}

fn alert(product: &str, objective: &Objective, burn: &Burn) -> Rule {
    let Burn { times, long, short, severity } = burn;
    let of = format!("{{service=\"{product}\",slo=\"{}\"}}", objective.name);
    let limit = format!("{times} * (1 - {})", objective.target);
    let mut rule = Rule {
        alert: Some(camel_case(&objective.name)),
        expr: format!(
            "slo:error_ratio:rate{long}{of} > {limit}\nand slo:error_ratio:rate{short}{of} > {limit}\nand slo:errors:count{long}{of} >= {MIN_FAILURES}"
        ),
        ..Rule::default()
    };
    let target = format!("{} % over {}", percent(objective.target), objective.window);
    rule.labels.insert("severity".into(), (*severity).into());
    rule.labels.insert("window".into(), (*long).into());
    let summary = format!("{product}: {} burns its budget at {times}x", objective.display_name);
    rule.annotations.insert("summary".into(), summary);
    let description = format!(
        "{}: {{{{ $value | humanizePercentage }}}} were not in the last {long}. The objective is {target}.",
        objective.description
    );
    rule.annotations.insert("description".into(), description);
    rule
}

/// 0.999 as 99.9, without floating-point noise.
fn percent(ratio: f64) -> f64 {
    (ratio * 1e6).round() / 1e4
}

fn camel_case(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    name.split('-').map(word).collect()
}

//! Recording rules and burn-rate alerts with several windows (Google's SRE workbook, chapter 5).
//!
//! Only the shortest window is counted from the product's own series; longer ones add up what was recorded, so that 28 days cost
//! no more than an hour does. Where nobody asks for anything, there is no ratio, and no alert. Where few do, one
//! failure is a large share: a burn has to be at least [`FEWEST`] failures.

use crate::{
    objective::Objective,
    pace::Pace,
    rules::{Group, Rule},
};

/// The window that is counted.
const COUNTED: &str = "5m";
/// How often it is.
const EVERY: &str = "30s";
/// The longer windows that alerts look at.
const LONGER: [&str; 7] = ["30m", "1h", "2h", "6h", "1d", "3d", "28d"];
/// Failures in the long window that are worth a look.
const FEWEST: u32 = 5;

/// A pace of burning that is worth an alert. The short window ends it soon after the burning has ended.
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

/// Everything that is made of a product's objectives.
pub(crate) fn groups(product: &str, objectives: &[Objective], pace: Pace) -> anyhow::Result<Vec<Group>> {
    let interval = Some(pace.interval(EVERY)?);
    let mut recorded = vec![];
    for objective in objectives {
        recorded.extend(counted(objective, pace)?);
    }
    let of = format!("{{service=\"{product}\"}}");
    recorded.push(Rule::record(
        format!("slo:error_ratio:rate{COUNTED}"),
        format!("slo:errors:rate{COUNTED}{of} / (slo:events:rate{COUNTED}{of} > 0)"),
    ));
    for window in LONGER {
        let range = pace.text(window)?;
        let sum = |what| format!("sum_over_time(slo:{what}:rate{COUNTED}{of}[{range}])");
        let ratio = format!("{} / ({} > 0)", sum("errors"), sum("events"));
        recorded.push(Rule::record(format!("slo:error_ratio:rate{window}"), ratio));
    }
    for Burn { long, .. } in &BURNS {
        let (range, seconds) = (pace.text(long)?, pace.interval_seconds(EVERY)?);
        let count = format!("sum_over_time(slo:errors:rate{COUNTED}{of}[{range}]) * {seconds}");
        recorded.push(Rule::record(format!("slo:errors:count{long}"), count));
    }
    recorded.push(Rule::record(
        "slo:error_budget:remaining",
        format!("1 - slo:error_ratio:rate28d{of} / on (service, slo) (1 - slo:objective{of})"),
    ));
    let alerts = objectives.iter().flat_map(|objective| BURNS.iter().map(|burn| alert(product, objective, burn)));
    let alerts = Group { name: format!("{product}-slo-alerts"), interval: interval.clone(), rules: alerts.collect() };
    Ok(vec![Group { name: format!("{product}-slo"), interval, rules: recorded }, alerts])
}

/// What is counted for one objective, and what it promises.
fn counted(objective: &Objective, pace: Pace) -> anyhow::Result<[Rule; 3]> {
    let range = pace.text(COUNTED)?;
    let sum = |selectors: &[String]| {
        let rates: Vec<String> = selectors.iter().map(|selector| format!("rate({selector}[{range}])")).collect();
        // Nothing counted yet is nothing, not nobody knows what.
        format!("(sum({}) or vector(0))", rates.join(" or "))
    };
    let (good, total) = (sum(&objective.good), sum(&objective.total));
    let rules = [
        Rule::record(format!("slo:events:rate{COUNTED}"), total.clone()),
        Rule::record(format!("slo:errors:rate{COUNTED}"), format!("clamp_min({total} - {good}, 0)")),
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
            "slo:error_ratio:rate{long}{of} > {limit}\nand slo:error_ratio:rate{short}{of} > {limit}\nand slo:errors:count{long}{of} >= {FEWEST}"
        ),
        ..Rule::default()
    };
    let promised = format!("{} % over {}", percent(objective.target), objective.window);
    rule.labels.insert("severity".into(), (*severity).into());
    rule.labels.insert("window".into(), (*long).into());
    let summary = format!("{product}: {} burns its budget at {times}x", objective.display_name);
    rule.annotations.insert("summary".into(), summary);
    let description = format!(
        "{}: {{{{ $value | humanizePercentage }}}} were not in the last {long}; {promised} are promised.",
        objective.description
    );
    rule.annotations.insert("description".into(), description);
    rule
}

/// 0.999 as 99.9: without what binary fractions leave behind.
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

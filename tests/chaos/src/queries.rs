//! Lists the queries of dashboards and alert rules.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;
use slo::rules::{Rule, Rules};
use support::root;

/// Returns every query of a product's dashboard, each with its panel's title.
///
/// # Panics
/// If the dashboard cannot be read.
pub fn dashboard_queries(product: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(files(product).join("dashboard.json")).expect("the dashboard");
    let dashboard: Value = serde_json::from_str(&text).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels").iter();
    let queries = panels.flat_map(|panel| {
        let title = panel["title"].as_str().unwrap_or_default().to_owned();
        let targets = panel["targets"].as_array().cloned().unwrap_or_default();
        targets.into_iter().map(move |target| (title.clone(), target["expr"].as_str().expect("a query").to_owned()))
    });
    queries.collect()
}

/// Returns every selector in a product's rules. Selectors, because a whole alert expression has an empty result while
/// the system is healthy.
///
/// # Panics
/// If the rules cannot be read.
pub fn rule_selectors(product: &str) -> BTreeSet<String> {
    rules(product).iter().flat_map(|rule| selectors(&rule.expr)).collect()
}

/// Returns the names of a product's alerts.
///
/// # Panics
/// If the rules cannot be read.
pub fn alerts(product: &str) -> BTreeSet<String> {
    rules(product).into_iter().filter_map(|rule| rule.alert).collect()
}

fn rules(product: &str) -> Vec<Rule> {
    let text = fs::read_to_string(files(product).join("rules.yaml")).expect("the rules");
    let rules: Rules = serde_norway::from_str(&text).expect("rules");
    rules.groups.into_iter().flat_map(|group| group.rules).collect()
}

/// Finds every `name{matchers}` in an expression.
pub fn selectors(expression: &str) -> Vec<String> {
    let mut found = vec![];
    let mut rest = expression;
    while let Some(open) = rest.find('{') {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
        let name = rest[..open].rfind(|letter| !is_name(letter)).map_or(0, |before| before + 1);
        let Some(close) = rest[open..].find('}') else { break };
        found.push(rest[name..=open + close].to_owned());
        rest = &rest[open + close + 1..];
    }
    found
}

fn files(product: &str) -> PathBuf {
    root().join("services").join(product).join("chart/files")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_found_in_an_expression() {
        let expression = r#"sum(rate(a_total{x="y"}[5m])) / (slo:b:rate5m{z=~"1|2"} > 0) and c > 1"#;
        assert_eq!(selectors(expression), [r#"a_total{x="y"}"#, r#"slo:b:rate5m{z=~"1|2"}"#]);
    }
}

//! What a product promises, as OpenSLO v1 says it: ratios of counters, over a rolling window.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// A promise.
#[derive(Debug)]
pub struct Objective {
    /// Its name, with the product's before it.
    pub name: String,
    /// Its name in words.
    pub display_name: String,
    /// What it is about.
    pub description: String,
    /// Counters of what was good, each a selector.
    pub good: Vec<String>,
    /// Counters of all, each a selector.
    pub total: Vec<String>,
    /// The share that is good: more than 0, less than 1.
    pub target: f64,
    /// Over how long.
    pub window: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    api_version: String,
    kind: String,
    metadata: Metadata,
    spec: serde_norway::Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    display_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    description: String,
    service: String,
    budgeting_method: String,
    time_window: [Window; 1],
    indicator: Indicator,
    objectives: [Target; 1],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Window {
    duration: String,
    is_rolling: bool,
}

#[derive(Deserialize)]
struct Indicator {
    spec: IndicatorSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct IndicatorSpec {
    ratio_metric: Ratio,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ratio {
    counter: bool,
    good: Metric,
    total: Metric,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Metric {
    metric_source: Source,
}

#[derive(Deserialize)]
struct Source {
    #[serde(rename = "type")]
    kind: String,
    spec: Query,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    query: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Target {
    #[serde(rename = "displayName")]
    _display_name: String,
    target: f64,
}

/// The objectives in a file of OpenSLO documents.
///
/// # Errors
/// When a document is none, or asks for what is not made here.
pub fn read(product: &str, text: &str) -> Result<Vec<Objective>> {
    let mut objectives = vec![];
    for document in serde_norway::Deserializer::from_str(text) {
        let document = Document::deserialize(document)?;
        let name = &document.metadata.name;
        ensure!(document.api_version == "openslo/v1", "{name}: apiVersion must be openslo/v1");
        match document.kind.as_str() {
            "SLO" => objectives.push(objective(product, document).with_context(|| "an SLO".to_owned())?),
            "Service" => ensure!(name == product, "{name}: the service is {product}"),
            kind => bail!("{name}: nothing is made of a {kind}"),
        }
    }
    Ok(objectives)
}

fn objective(product: &str, document: Document) -> Result<Objective> {
    let Metadata { name, display_name } = document.metadata;
    let spec: Spec = serde_norway::from_value(document.spec).with_context(|| name.clone())?;
    ensure!(name.starts_with(&format!("{product}-")), "{name}: must begin with {product}-");
    ensure!(spec.service == product, "{name}: service must be {product}");
    ensure!(spec.budgeting_method == "Occurrences", "{name}: budgetingMethod must be Occurrences");
    let [Window { duration, is_rolling }] = spec.time_window;
    ensure!(is_rolling && duration == "28d", "{name}: timeWindow must be 28d and rolling: that is what is recorded");
    let Ratio { counter, good, total } = spec.indicator.spec.ratio_metric;
    ensure!(counter, "{name}: the queries must be of counters");
    let [Target { target, .. }] = spec.objectives;
    ensure!(target > 0.0 && target < 1.0, "{name}: target must be between 0 and 1");
    let (good, total) = (selectors(&name, good)?, selectors(&name, total)?);
    Ok(Objective { display_name, description: spec.description, good, total, target, window: duration, name })
}

fn selectors(name: &str, metric: Metric) -> Result<Vec<String>> {
    let Source { kind, spec } = metric.metric_source;
    ensure!(kind == "Prometheus", "{name}: metricSource must be Prometheus");
    let selectors: Vec<String> = spec.query.split(" or ").map(|selector| selector.trim().to_owned()).collect();
    let plain = |selector: &String| selector.ends_with('}') && !selector.contains(['(', '[']);
    ensure!(selectors.iter().all(plain), "{name}: query must be selectors of counters, joined by “ or ”");
    Ok(selectors)
}

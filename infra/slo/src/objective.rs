//! Service level objectives in OpenSLO v1, over a rolling window: ratios of counters, and gauges with a limit.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// A service level objective.
#[derive(Debug)]
pub struct Objective {
    /// The name, with the product as prefix.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// The events that it covers.
    pub description: String,
    /// What is measured.
    pub indicator: Indicator,
    /// The target share of good events, between 0 and 1.
    pub target: f64,
    /// The length of the window, such as `28d`.
    pub window: String,
}

/// What an objective measures.
#[derive(Debug)]
pub enum Indicator {
    /// Events, by counters.
    Ratio {
        /// Selectors of the counters of good events.
        good: Vec<String>,
        /// Selectors of the counters of all events.
        total: Vec<String>,
    },
    /// Samples of a gauge. A good one is at most the limit.
    Threshold {
        /// The selector of the gauge.
        gauge: String,
        /// The highest good value.
        limit: f64,
    },
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
    indicator: IndicatorSource,
    objectives: [Target; 1],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Window {
    duration: String,
    is_rolling: bool,
}

#[derive(Deserialize)]
struct IndicatorSource {
    spec: IndicatorSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct IndicatorSpec {
    ratio_metric: Option<Ratio>,
    threshold_metric: Option<Metric>,
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
    op: Option<String>,
    value: Option<f64>,
}

/// Parses a file of OpenSLO documents.
///
/// # Errors
/// When a document is not valid or uses a feature that is not supported here.
pub fn read(product: &str, text: &str) -> Result<Vec<Objective>> {
    let mut objectives = vec![];
    for document in serde_norway::Deserializer::from_str(text) {
        let document = Document::deserialize(document)?;
        let name = &document.metadata.name;
        ensure!(document.api_version == "openslo/v1", "{name}: apiVersion must be openslo/v1");
        match document.kind.as_str() {
            "SLO" => objectives.push(objective(product, document).with_context(|| "an SLO".to_owned())?),
            "Service" => ensure!(name == product, "{name}: the name of the Service must be {product}"),
            kind => bail!("{name}: kind {kind} is not supported: use SLO or Service"),
        }
    }
    Ok(objectives)
}

fn objective(product: &str, document: Document) -> Result<Objective> {
    let Metadata { name, display_name } = document.metadata;
    let spec: Spec = serde_norway::from_value(document.spec).with_context(|| name.clone())?;
    ensure!(name.starts_with(&format!("{product}-")), "{name}: the name must begin with {product}-");
    ensure!(spec.service == product, "{name}: service must be {product}");
    ensure!(spec.budgeting_method == "Occurrences", "{name}: budgetingMethod must be Occurrences");
    let [Window { duration, is_rolling }] = spec.time_window;
    ensure!(is_rolling && duration == "28d", "{name}: timeWindow must be rolling and 28d, the recorded window");
    let [Target { target, op, value, .. }] = spec.objectives;
    ensure!(target > 0.0 && target < 1.0, "{name}: target must be between 0 and 1");
    let IndicatorSpec { ratio_metric, threshold_metric } = spec.indicator.spec;
    let indicator = match (ratio_metric, threshold_metric, op.as_deref(), value) {
        (Some(Ratio { counter, good, total }), None, None, None) => {
            ensure!(counter, "{name}: counter must be true");
            Indicator::Ratio { good: selectors(&name, good)?, total: selectors(&name, total)? }
        }
        (None, Some(metric), Some("lte"), Some(limit)) => {
            let [gauge] = <[String; 1]>::try_from(selectors(&name, metric)?)
                .map_err(|_| anyhow::anyhow!("{name}: query must be one selector"))?;
            Indicator::Threshold { gauge, limit }
        }
        _ => bail!("{name}: use ratioMetric, or thresholdMetric with op lte and value"),
    };
    Ok(Objective { display_name, description: spec.description, indicator, target, window: duration, name })
}

fn selectors(name: &str, metric: Metric) -> Result<Vec<String>> {
    let Source { kind, spec } = metric.metric_source;
    ensure!(kind == "Prometheus", "{name}: metricSource must be Prometheus");
    let selectors: Vec<String> = spec.query.split(" or ").map(|selector| selector.trim().to_owned()).collect();
    let plain = |selector: &String| selector.ends_with('}') && !selector.contains(['(', '[']);
    ensure!(selectors.iter().all(plain), "{name}: query must be selectors, joined by ` or `");
    Ok(selectors)
}

//! The format of Prometheus rule files, as far as it is used here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::REPOSITORY;

/// A file of rules.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The groups of the file.
    pub groups: Vec<Group>,
}

/// A group of rules, which are evaluated in order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The name of the group.
    pub name: String,
    /// The evaluation interval; the default of Prometheus when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// A recording rule or an alert.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The name of the recorded series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The name of the alert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    /// The PromQL expression.
    pub expr: String,
    /// Time for which the expression must be true before the alert fires.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub wait: Option<String>,
    /// Labels that are added to the series.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Text for the on-call engineer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Rule {
    /// Creates a recording rule.
    pub fn record(name: impl Into<String>, expr: impl Into<String>) -> Self {
        Self { record: Some(name.into()), expr: expr.into(), ..Self::default() }
    }

    /// Adds the label `service` and, to an alert, the URL of its section in the runbook.
    pub(crate) fn label(&mut self, product: &str) {
        self.labels.insert("service".into(), product.into());
        if let Some(alert) = &self.alert {
            let section = alert.to_lowercase();
            let url = format!("{REPOSITORY}/services/{product}/ops/runbook.md#{section}");
            self.annotations.insert("runbook_url".into(), url);
        }
    }
}

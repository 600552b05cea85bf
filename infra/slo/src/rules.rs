//! Prometheus's rules, as far as they are used here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::REPOSITORY;

/// A file of rules.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Each is evaluated in order.
    pub groups: Vec<Group>,
}

/// Rules that are evaluated one after the other.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How often; Prometheus's own setting when not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// What is recorded, or alerted on.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The name of the series it records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The alert's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    /// In PromQL.
    pub expr: String,
    /// How long it has to hold.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub wait: Option<String>,
    /// Added to those of the series.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// For whoever reads the alert.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Rule {
    /// Something recorded.
    pub fn record(name: impl Into<String>, expr: impl Into<String>) -> Self {
        Self { record: Some(name.into()), expr: expr.into(), ..Self::default() }
    }

    /// Gives it the product's label and, to an alert, where its section of the runbook is.
    pub(crate) fn belong_to(&mut self, product: &str) {
        self.labels.insert("service".into(), product.into());
        if let Some(alert) = &self.alert {
            let section = alert.to_lowercase();
            let url = format!("{REPOSITORY}/services/{product}/ops/runbook.md#{section}");
            self.annotations.insert("runbook_url".into(), url);
        }
    }
}

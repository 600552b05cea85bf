//! Prometheus rules from service level objectives.
//!
//! `ops/slo.yaml` (OpenSLO v1) says what a product promises; `ops/alerts.yaml` has the alerts on causes that its team wrote.
//! From both comes `chart/files/rules.yaml`, which the chart ships: [`rules_of`].

use std::{fs, path::Path};

use anyhow::{Context, Result};

pub mod burn;
pub mod objective;
pub mod pace;
pub mod rules;

use self::{objective::Objective, pace::Pace, rules::Rules};

/// Where the runbooks are read. Each chart puts its own address there.
pub const REPOSITORY: &str = "https://git.example/devops-practice";

/// The rules of the product in `folder`, as YAML.
///
/// # Errors
/// When its `ops` can't be read, or says what can't be.
pub fn rules_of(folder: &Path, pace: Pace) -> Result<String> {
    let product = folder.file_name().context("no product")?.to_string_lossy().into_owned();
    let read = |name: &str| {
        let file = folder.join("ops").join(name);
        fs::read_to_string(&file).with_context(|| format!("{}", file.display()))
    };
    let objectives = objective::read(&product, &read("slo.yaml")?).context("ops/slo.yaml")?;
    let written: Rules = serde_norway::from_str(&read("alerts.yaml")?).context("ops/alerts.yaml")?;
    let made = together(&product, &objectives, written, pace)?;
    let head = format!(
        "# Made by `scripts/slo-rules {product}` from ops/slo.yaml and ops/alerts.yaml: change those. ops/runbook.md says what to do.\n"
    );
    Ok(head + &serde_norway::to_string(&made)?)
}

fn together(product: &str, objectives: &[Objective], mut written: Rules, pace: Pace) -> Result<Rules> {
    for rule in written.groups.iter_mut().flat_map(|group| &mut group.rules) {
        rule.expr = pace.expression(&rule.expr)?;
        rule.wait = rule.wait.as_deref().map(|wait| pace.text(wait)).transpose()?;
    }
    let mut groups = burn::groups(product, objectives, pace)?;
    groups.append(&mut written.groups);
    for rule in groups.iter_mut().flat_map(|group| &mut group.rules) {
        rule.belong_to(product);
    }
    Ok(Rules { groups })
}

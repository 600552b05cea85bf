//! Each alert of a product has a test in which it fires, a test in which it is silent, and a section in the runbook.
//! `scripts/test ops` runs the tests of the alerts.

use std::{collections::BTreeSet, path::Path};

use architecture::{files, folder, products, read};
use serde_norway::Value;

/// The parts of each section of a runbook.
const QUESTIONS: [&str; 5] =
    ["**Meaning.**", "**First look.**", "**Likely causes.**", "**What to do.**", "**Over when**"];

fn yaml(file: &Path) -> Value {
    serde_norway::from_str(&read(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_sequence().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The alerts in a product's chart.
fn rules(product: &str) -> Vec<Value> {
    let rules = yaml(&folder(product).join("chart/files/rules.yaml"));
    let all = list(&rules["groups"]).flat_map(|group| list(&group["rules"]));
    all.filter(|rule| rule.get("alert").is_some()).cloned().collect()
}

fn alerts(product: &str) -> BTreeSet<String> {
    rules(product).iter().map(|rule| text(&rule["alert"])).collect()
}

/// The alerts in a product's tests: those that fire, and those that are silent.
fn tested(product: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut fires, mut silent) = (BTreeSet::new(), BTreeSet::new());
    for file in files(&folder(product).join("ops/tests")) {
        let suite = yaml(&file);
        for test in list(&suite["tests"]).flat_map(|group| list(&group["alert_rule_test"])) {
            let into = if list(&test["exp_alerts"]).next().is_some() { &mut fires } else { &mut silent };
            into.insert(text(&test["alertname"]));
        }
    }
    (fires, silent)
}

#[test]
fn the_rules_are_generated_from_the_objectives() {
    for product in products() {
        let made = slo::rules_of(&folder(&product), slo::pace::Pace::REAL).unwrap_or_else(|error| panic!("{error:#}"));
        let shipped = read(&folder(&product).join("chart/files/rules.yaml"));
        assert!(
            made == shipped,
            "services/{product}/chart/files/rules.yaml is out of date: run scripts/slo-rules {product}"
        );
    }
}

#[test]
fn each_alert_is_tested_to_fire_and_to_be_silent() {
    for product in products() {
        let (fires, silent) = tested(&product);
        assert_eq!(alerts(&product), fires, "services/{product}/ops/tests: alerts that fire");
        assert_eq!(alerts(&product), silent, "services/{product}/ops/tests: alerts that are silent");
    }
}

#[test]
fn each_alert_has_a_severity_and_a_link_to_the_runbook() {
    for product in products() {
        for rule in rules(&product) {
            let (name, says) = (text(&rule["alert"]), &rule["annotations"]);
            let severity = text(&rule["labels"]["severity"]);
            assert!(matches!(severity.as_str(), "page" | "ticket"), "{name}: severity is “{severity}”");
            assert_eq!(text(&rule["labels"]["service"]), product, "{name}: service");
            assert!(text(&says["summary"]).starts_with(&format!("{product}: ")), "{name}: summary");
            // The description has the measured value or the threshold.
            let description = text(&says["description"]);
            let has_numbers = description.contains("$value") || description.contains(|it: char| it.is_ascii_digit());
            assert!(has_numbers, "{name}: description");
            let section = format!("/services/{product}/ops/runbook.md#{}", name.to_lowercase());
            assert!(text(&says["runbook_url"]).ends_with(&section), "{name}: runbook_url");
        }
    }
}

#[test]
fn each_alert_has_a_section_in_the_runbook() {
    for product in products() {
        let runbook = read(&folder(&product).join("ops/runbook.md"));
        let sections: Vec<&str> = runbook.split("\n## ").skip(1).collect();
        let titles: BTreeSet<&str> = sections.iter().filter_map(|it| it.lines().next()).collect();
        for alert in alerts(&product) {
            assert!(titles.contains(alert.as_str()), "services/{product}/ops/runbook.md has no section {alert}");
        }
        for section in sections.iter().filter(|it| alerts(&product).contains(it.lines().next().unwrap_or_default())) {
            for question in QUESTIONS {
                let title = section.lines().next().unwrap_or_default();
                assert!(section.contains(question), "services/{product}/ops/runbook.md, {title}: no {question}");
            }
        }
    }
}

#[test]
fn each_panel_has_a_title_a_description_and_a_unit() {
    for product in products() {
        let file = folder(&product).join("chart/files/dashboard.json");
        let dashboard: serde_json::Value = serde_json::from_str(&read(&file)).expect("JSON");
        let panels = dashboard["panels"].as_array().expect("panels");
        let mut ids = BTreeSet::new();
        for panel in panels {
            let title = panel["title"].as_str().unwrap_or_default();
            assert!(!title.is_empty() && ids.insert(panel["id"].as_u64()), "{title}: needs a title and a unique id");
            if panel["type"] == "row" {
                continue;
            }
            assert!(panel["description"].is_string(), "{title}: no description");
            assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}: must use the dashboard's data source");
            assert!(
                panel["type"] == "table" || panel["fieldConfig"]["defaults"]["unit"].is_string(),
                "{title}: no unit"
            );
            for link in panel["links"].as_array().into_iter().flatten() {
                let url = link["url"].as_str().unwrap_or_default();
                let section = url.split_once("/ops/runbook.md#").map(|(_, section)| section);
                let known = |section: &str| alerts(&product).iter().any(|alert| alert.to_lowercase() == section);
                assert!(section.is_none_or(known), "{title}: {url} is not a section of the runbook");
            }
        }
        assert_eq!(dashboard["uid"], product.as_str(), "{}", file.display());
    }
}

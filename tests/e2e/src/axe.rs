//! Finds accessibility faults of a page with axe-core: see `vendor/README.md`.

use thirtyfour::WebDriver;

const AXE: &str = include_str!("../vendor/axe-core-4.14.1.min.js");

/// Runs all rules. Returns a line for each fault.
const RUN: &str = r#"
    const done = arguments[0];
    const line = (rule, node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`;
    axe.run(document, { resultTypes: ["violations"], preload: false }).then(
        (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) => line(rule, node)))),
        (error) => done([String(error)]),
    );
"#;

/// Returns the faults of the page that the browser shows.
///
/// # Panics
/// If axe-core cannot run.
pub async fn faults(page: &WebDriver) -> Vec<String> {
    page.execute(AXE, vec![]).await.expect("axe-core is loaded");
    let found = page.execute_async(RUN, vec![]).await.expect("axe-core runs");
    found.convert().expect("lines")
}

//! Every combination of values renders valid manifests or is rejected with a clear message. Needs Helm but no cluster.

use architecture::chart::chart;
use cluster::{
    manifests::rendered,
    switches::{SWITCHES, combinations},
    tool,
};

mod applied;
mod missing;
mod names;

/// Schema locations without `KUBECONFORM_SCHEMAS`.
const REMOTE: [&str; 2] = [
    "default",
    "https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
];

#[tokio::test]
async fn every_combination_of_values_is_rendered_or_rejected() {
    if !tool::all_installed("manifests of every combination of values", &["helm"]) {
        return;
    }
    for chart in rendered().await {
        assert_eq!(chart.rendered + chart.rejected, combinations().len(), "{}", chart.product);
        assert!(chart.rejected > 0, "{}: no combination was rejected", chart.product);
        // Each variant changes some documents, and none changes all.
        let variants: usize = SWITCHES.iter().map(|switch| switch.variants.len()).sum();
        let distinct = chart.distinct.len();
        assert!(distinct > variants && distinct < 200, "{}: {distinct} distinct documents", chart.product);
    }
}

#[tokio::test]
async fn every_manifest_fits_its_schema() {
    let test = "schemas of every manifest";
    if !tool::all_installed(test, &["helm", "kubeconform"]) {
        return;
    }
    for chart in rendered().await {
        let Some(summary) = conform(test, &chart.product, &chart.distinct.join("\n---\n")).await else { return };
        println!("{:<7} {summary}", chart.product);
    }
}

/// Renders a product's chart with `settings` for `--set`.
async fn render(product: &str, release: &str, settings: &str, more: &[&str]) -> Result<String, String> {
    let chart = chart(product).display().to_string();
    let arguments = ["template", release, &chart, "--namespace", release, "--set", settings];
    tool::run("helm", &[&arguments[..], more].concat(), "").await
}

/// Checks documents with kubeconform and returns its summary, or `None` if the schemas cannot be downloaded.
/// `KUBECONFORM_SCHEMAS` is a folder of schemas, or a template for kubeconform's `-schema-location`.
async fn conform(test: &str, product: &str, documents: &str) -> Option<String> {
    let given = std::env::var("KUBECONFORM_SCHEMAS").ok().filter(|place| !place.is_empty());
    let places = match &given {
        Some(place) if place.contains("{{") => vec![place.clone()],
        Some(folder) => vec![format!("{folder}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json")],
        None => REMOTE.map(str::to_owned).to_vec(),
    };
    let mut arguments = vec!["-strict", "-summary"];
    arguments.extend(places.iter().flat_map(|place| ["-schema-location", place]));
    match tool::run("kubeconform", &arguments, documents).await {
        Ok(summary) => Some(summary.trim().to_owned()),
        Err(why) if given.is_none() && why.contains("failed downloading schema") => {
            tool::print_skipped(test, "KUBECONFORM_SCHEMAS is not set, and the schemas cannot be downloaded");
            None
        }
        Err(why) => panic!("{product}: {why}"),
    }
}

//! Every combination of values renders valid manifests or is rejected with a clear message. Needs Helm but no cluster.

use cluster::{
    manifests::rendered,
    switches::{SWITCHES, combinations},
    tool,
};

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

/// `KUBECONFORM_SCHEMAS` is a folder of schemas, or a template for kubeconform's `-schema-location`.
#[tokio::test]
async fn every_manifest_fits_its_schema() {
    let test = "schemas of every manifest";
    if !tool::all_installed(test, &["helm", "kubeconform"]) {
        return;
    }
    let given = std::env::var("KUBECONFORM_SCHEMAS").ok().filter(|place| !place.is_empty());
    let places = match &given {
        Some(place) if place.contains("{{") => vec![place.clone()],
        Some(folder) => vec![format!("{folder}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json")],
        None => REMOTE.map(str::to_owned).to_vec(),
    };
    for chart in rendered().await {
        let mut arguments = vec!["-strict", "-summary"];
        arguments.extend(places.iter().flat_map(|place| ["-schema-location", place]));
        match tool::run("kubeconform", &arguments, &chart.distinct.join("\n---\n")).await {
            Ok(summary) => println!("{:<7} {}", chart.product, summary.trim()),
            Err(why) if given.is_none() && why.contains("failed downloading schema") => {
                return tool::print_skipped(
                    test,
                    "KUBECONFORM_SCHEMAS is not set, and the schemas cannot be downloaded",
                );
            }
            Err(why) => panic!("{}: {why}", chart.product),
        }
    }
}

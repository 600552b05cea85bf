//! Every combination of values makes valid manifests, or is refused in clear words. Needs Helm, and no cluster.

use cluster::{
    manifests::rendered,
    switches::{SWITCHES, combinations},
    tool,
};

/// What schemas come from when `KUBECONFORM_SCHEMAS` names no other place.
const REMOTE: [&str; 2] = [
    "default",
    "https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
];

#[tokio::test]
async fn every_combination_of_values_is_rendered_or_refused_in_clear_words() {
    if !tool::are_there("manifests of every combination of values", &["helm"]) {
        return;
    }
    for chart in rendered().await {
        assert_eq!(chart.taken + chart.refused, combinations().len(), "{}", chart.product);
        assert!(chart.refused > 0, "{}: some combinations contradict each other", chart.product);
        // Each way of a switch changes some documents, and none of them changes all.
        let ways: usize = SWITCHES.iter().map(|switch| switch.ways.len()).sum();
        let distinct = chart.distinct.len();
        assert!(distinct > ways && distinct < 200, "{}: {distinct} distinct documents", chart.product);
    }
}

/// `KUBECONFORM_SCHEMAS`: a folder of schemas, or a template as kubeconform's `-schema-location` takes it.
#[tokio::test]
async fn every_manifest_fits_its_schema() {
    let test = "schemas of every manifest";
    if !tool::are_there(test, &["helm", "kubeconform"]) {
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
                return tool::skipped(test, "KUBECONFORM_SCHEMAS is not set, and they can't be fetched from here");
            }
            Err(why) => panic!("{}: {why}", chart.product),
        }
    }
}

//! Names of releases and namespaces that YAML reads as a number or a boolean, and the longest name of a release.

use architecture::products;
use cluster::{switches::every_part, tool};
use serde_norway::Value;

use super::{conform, render};

const NAMES: [&str; 5] = ["12345", "1e5", "no", "null", "a-release-whose-name-is-as-long-as-helm-permits-it-53"];

#[tokio::test]
async fn every_name_is_text_and_fits() {
    let test = "names of releases";
    if !tool::all_installed(test, &["helm", "kubeconform"]) {
        return;
    }
    for product in products() {
        for name in NAMES {
            let peer = format!("networkPolicy.callers[0].name={name},networkPolicy.callers[0].namespace={name}");
            let manifests = render(&product, name, &every_part().settings(&product), &["--set-string", &peer]).await;
            let manifests = manifests.expect("manifests");
            if conform(test, &format!("{product} as {name}"), &manifests).await.is_none() {
                return;
            }
            for document in serde_norway::Deserializer::from_str(&manifests) {
                assert_fits(&serde::Deserialize::deserialize(document).expect("YAML"));
            }
        }
    }
}

fn assert_fits(document: &Value) {
    let kind = document["kind"].as_str().expect("a kind");
    let name = document["metadata"]["name"].as_str().expect("a name that is text");
    let most = match kind {
        // The label of its pods has ten more characters and a dash.
        "StatefulSet" => 52,
        "Service" | "Job" | "Pod" => 63,
        _ => 253,
    };
    assert!(name.len() <= most, "{kind} {name}: more than {most} characters");
}

//! Manifests that are applied without helm, and then again with other values.

use std::collections::BTreeMap;

use architecture::products;
use cluster::{manifests::RELEASE, switches::every_part, tool};
use serde_norway::Value;

use super::render;

const OTHERS: &str = "image.tag=next,log=debug,publicUrl=http://other.example,podUser=assigned,migrate.deadlineSeconds=60,\
                      resources.limits.memory=1Gi,postgres.image=docker.io/library/postgres:18,test.image=busybox:2,\
                      service.ipFamilyPolicy=PreferDualStack";

#[tokio::test]
async fn other_values_change_no_immutable_field() {
    if !tool::all_installed("manifests that are applied again", &["helm"]) {
        return;
    }
    for product in products() {
        let settings = every_part().settings(&product);
        let first = applied(&product, &settings).await;
        let second = applied(&product, &format!("{settings},{OTHERS}")).await;
        let mut both = 0;
        for (object, fields) in &first {
            assert!(!object.starts_with("Pod "), "{product}: {object} cannot be applied again");
            if let Some(others) = second.get(object) {
                assert_eq!(fields, others, "{product}: {object}");
                both += 1;
            }
        }
        assert!(both > 10 && both < first.len(), "{product}: all but the Job have the same names");
    }
}

/// The objects that `helm template --skip-tests` prints, by kind and name, each with its immutable fields.
async fn applied(product: &str, settings: &str) -> BTreeMap<String, Value> {
    let manifests = render(product, RELEASE, settings, &["--skip-tests"]).await.expect("manifests");
    let documents = serde_norway::Deserializer::from_str(&manifests);
    let objects = documents.map(|document| {
        let object: Value = serde::Deserialize::deserialize(document).expect("YAML");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"])), immutable(&object))
    });
    objects.collect()
}

fn immutable(object: &Value) -> Value {
    let mut spec = object.get("spec").cloned().unwrap_or_default();
    match object["kind"].as_str().expect("a kind") {
        "Job" | "Pod" => spec,
        "Deployment" => spec["selector"].clone(),
        "Service" => spec.get("clusterIP").cloned().unwrap_or_default(),
        "StatefulSet" => {
            let fields = spec.as_mapping_mut().expect("fields");
            let mutable = ["replicas", "template", "persistentVolumeClaimRetentionPolicy"];
            fields.retain(|name, _| !mutable.iter().any(|mutable| *name == *mutable));
            spec
        }
        _ => Value::Null,
    }
}

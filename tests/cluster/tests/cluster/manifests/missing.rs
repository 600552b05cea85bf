//! Values that are missing: set to null, or of the older chart whose values `helm upgrade --reuse-values` keeps.

use architecture::{chart::chart, products, read};
use cluster::{manifests::RELEASE, switches::every_part, tool};
use futures::{StreamExt, stream};
use serde_norway::Value;

use super::render;

#[tokio::test]
async fn a_missing_value_is_its_default_or_is_refused_by_name() {
    if !tool::all_installed("missing values", &["helm"]) {
        return;
    }
    for product in products() {
        let values = serde_norway::from_str(&read(&chart(&product).join("values.yaml"))).expect("YAML");
        let all = settings(&product);
        let expected = render(&product, RELEASE, &all, &[]).await.expect("the defaults");
        let wrong: Vec<_> = stream::iter(names(&values))
            .map(async |name| fault(&product, &all, &expected, &name).await.map(|fault| format!("{name}: {fault}")))
            .buffer_unordered(2)
            .filter_map(async |fault| fault)
            .collect()
            .await;
        assert!(wrong.is_empty(), "{product}: {wrong:#?}");
    }
}

/// Every part, so that each template uses its values.
fn settings(product: &str) -> String {
    every_part().settings(product)
}

/// The names of all values and sections, such as `networkPolicy` and `networkPolicy.enabled`.
fn names(values: &Value) -> Vec<String> {
    let mut names = vec![];
    for (name, value) in values.as_mapping().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        names.push(name.to_owned());
        names.extend(self::names(value).into_iter().map(|inner| format!("{name}.{inner}")));
    }
    names
}

/// The fault of the chart when the value `name` is missing; `None` when there is none.
async fn fault(product: &str, all: &str, expected: &str, name: &str) -> Option<String> {
    let null = format!("{name}=null");
    match render(product, RELEASE, all, &["--set", &null]).await {
        Ok(text) if text == expected || is_given(all, name) => None,
        Ok(_) => Some("it is dropped without a word".into()),
        Err(why) if !why.contains("executing ") && name.split('.').all(|part| why.contains(part)) => None,
        Err(why) => Some(why),
    }
}

/// Whether `all` gives the value or a part of it, so that null changes more than a default.
fn is_given(all: &str, name: &str) -> bool {
    all.split(',').any(|setting| setting.strip_prefix(name).is_some_and(|rest| rest.starts_with(['=', '.', '['])))
}

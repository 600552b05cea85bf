//! Renders every combination of values with Helm, and reduces the output to its distinct documents.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    thread::available_parallelism,
    time::Instant,
};

use architecture::{chart::chart, files, products, root};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_norway::Value;
use tokio::sync::OnceCell;

use crate::{
    switches::{Combination, combinations},
    tool,
};

/// Name of the rendered release. No running release has it, so an API server compares the manifests with none.
pub const RELEASE: &str = "every-combination";

/// The documents of one chart, over all combinations of values.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rendered {
    pub product: String,
    /// Number of combinations that the chart renders.
    pub rendered: usize,
    /// Number of combinations that the chart rejects, as it must.
    pub rejected: usize,
    /// Number of documents over all combinations.
    pub documents: usize,
    /// Each distinct document.
    pub distinct: Vec<String>,
}

/// Renders all charts with all combinations, once per state of a chart: the result is stored below `target`.
///
/// # Panics
/// If a chart rejects a valid combination, renders an invalid one, or rejects it with another message.
pub async fn rendered() -> &'static [Rendered] {
    static ALL: OnceCell<Vec<Rendered>> = OnceCell::const_new();
    ALL.get_or_init(|| async {
        let mut all = vec![];
        for product in products() {
            let stored = stored(&product).await;
            let earlier = fs::read_to_string(&stored).ok().and_then(|text| serde_json::from_str(&text).ok());
            let rendered = match earlier {
                Some(rendered) => rendered,
                None => render_all(product).await,
            };
            fs::create_dir_all(stored.parent().expect("a folder")).expect("a folder below target");
            fs::write(&stored, serde_json::to_string(&rendered).expect("JSON")).expect("the documents are stored");
            all.push(rendered);
        }
        all
    })
    .await
}

/// Path of the stored result. Its name depends on everything that the result depends on: the chart's files, the
/// combinations with their expected rejections, and Helm.
async fn stored(product: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    for file in files(&chart(product)) {
        (&file, fs::read(&file).expect("a chart's file")).hash(&mut hasher);
    }
    for combination in combinations() {
        (combination.settings(product), combination.rejection()).hash(&mut hasher);
    }
    tool::run("helm", &["version", "--short"], "").await.expect("a version").hash(&mut hasher);
    root().join(format!("target/manifests/{product}-{:016x}.json", hasher.finish()))
}

async fn render_all(product: String) -> Rendered {
    let started = Instant::now();
    let mut rendered = Rendered { product, rendered: 0, rejected: 0, documents: 0, distinct: vec![] };
    let mut distinct: BTreeMap<String, String> = BTreeMap::new();
    let renderings = combinations().into_iter().map(|combination| render(rendered.product.clone(), combination));
    let mut renderings = stream::iter(renderings).buffer_unordered(available_parallelism().map_or(2, usize::from));
    while let Some(text) = renderings.next().await {
        let Some(text) = text else {
            rendered.rejected += 1;
            continue;
        };
        rendered.rendered += 1;
        for document in text.split("\n---\n").filter(|it| it.lines().any(|line| !line.starts_with(['#', '-']))) {
            rendered.documents += 1;
            distinct.entry(key(document)).or_insert_with(|| document.to_owned());
        }
    }
    drop(renderings);
    rendered.distinct = distinct.into_values().collect();
    println!(
        "{:<7} {:>4} combinations rendered, {:>4} rejected: {:>6} documents, {:>3} distinct, {:>3} s",
        rendered.product,
        rendered.rendered,
        rendered.rejected,
        rendered.documents,
        rendered.distinct.len(),
        started.elapsed().as_secs()
    );
    rendered
}

/// Renders one combination. Returns `None` if the chart rejects an invalid combination with the expected message.
async fn render(product: String, combination: Combination) -> Option<String> {
    let (chart, settings) = (format!("services/{product}/chart"), combination.settings(&product));
    let arguments = ["template", RELEASE, &chart, "--namespace", &product, "--set", &settings];
    match (tool::run("helm", &arguments, "").await, combination.rejection()) {
        (Ok(text), None) => Some(text),
        (Err(why), Some(rejection)) if why.contains(rejection) => None,
        (Ok(_), Some(rejection)) => panic!("{product} renders {settings} but must fail with “{rejection}”"),
        (Err(why), Some(rejection)) => panic!("{product} rejects {settings} but must fail with “{rejection}”: {why}"),
        (Err(why), None) => panic!("{product} must render {settings}: {why}"),
    }
}

/// Returns a key that is equal for documents that differ only in generated secrets.
fn key(document: &str) -> String {
    if !document.contains("\nkind: Secret\n") {
        return document.to_owned();
    }
    let mut secret: Value = serde_norway::from_str(document).expect("YAML");
    for (_, value) in secret.get_mut("data").and_then(Value::as_mapping_mut).into_iter().flatten() {
        *value = Value::Null;
    }
    serde_norway::to_string(&secret).expect("YAML")
}

//! What Helm makes of every combination of values, and the few documents that all of it boils down to.

use std::{collections::BTreeMap, thread::available_parallelism, time::Instant};

use architecture::products;
use futures::{StreamExt, stream};
use serde_norway::Value;
use tokio::sync::OnceCell;

use crate::{
    switches::{Combination, combinations},
    tool,
};

/// The release that is rendered: none of a running system has this name, so that a server compares nothing with it.
pub const RELEASE: &str = "every-combination";

/// What one chart makes.
#[derive(Debug)]
pub struct Rendered {
    /// The chart's product.
    pub product: String,
    /// Combinations that the chart takes.
    pub taken: usize,
    /// Combinations that it refuses, as it has to.
    pub refused: usize,
    /// Documents of all combinations.
    pub documents: usize,
    /// Each document once.
    pub distinct: Vec<String>,
}

/// All charts with all combinations: rendered once, however many tests ask.
///
/// # Panics
/// When a chart refuses what it has to take, takes what it has to refuse, or refuses it in other words.
pub async fn rendered() -> &'static [Rendered] {
    static ALL: OnceCell<Vec<Rendered>> = OnceCell::const_new();
    ALL.get_or_init(|| async {
        let mut all = vec![];
        for product in products() {
            all.push(render_all(product).await);
        }
        all
    })
    .await
}

async fn render_all(product: String) -> Rendered {
    let started = Instant::now();
    let mut rendered = Rendered { product, taken: 0, refused: 0, documents: 0, distinct: vec![] };
    let mut distinct: BTreeMap<String, String> = BTreeMap::new();
    let renderings = combinations().into_iter().map(|combination| render(rendered.product.clone(), combination));
    let mut renderings = stream::iter(renderings).buffer_unordered(available_parallelism().map_or(2, usize::from));
    while let Some(text) = renderings.next().await {
        let Some(text) = text else {
            rendered.refused += 1;
            continue;
        };
        rendered.taken += 1;
        for document in text.split("\n---\n").filter(|it| it.lines().any(|line| !line.starts_with(['#', '-']))) {
            rendered.documents += 1;
            distinct.entry(key(document)).or_insert_with(|| document.to_owned());
        }
    }
    drop(renderings);
    rendered.distinct = distinct.into_values().collect();
    println!(
        "{:<7} {:>4} combinations rendered, {:>4} refused: {:>6} documents, {:>3} distinct, {:>3} s",
        rendered.product,
        rendered.taken,
        rendered.refused,
        rendered.documents,
        rendered.distinct.len(),
        started.elapsed().as_secs()
    );
    rendered
}

/// What Helm makes of one combination; nothing when the chart refuses it as it has to.
async fn render(product: String, combination: Combination) -> Option<String> {
    let (chart, settings) = (format!("services/{product}/chart"), combination.settings(&product));
    let arguments = ["template", RELEASE, &chart, "--namespace", &product, "--set", &settings];
    match (tool::run("helm", &arguments, "").await, combination.refusal()) {
        (Ok(text), None) => Some(text),
        (Err(why), Some(refusal)) if why.contains(refusal) => None,
        (Ok(_), Some(refusal)) => panic!("{product} takes {settings}, and should say “{refusal}”"),
        (Err(why), Some(refusal)) => panic!("{product} refuses {settings}, and should say “{refusal}”: {why}"),
        (Err(why), None) => panic!("{product} refuses {settings}: {why}"),
    }
}

/// The same for documents that differ in generated secrets alone.
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

//! Compares calls and topics in the code with `topology.golden`, `product.toml`, the catalogue and `proto/README.md`.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use architecture::{catalog_of, code, declared, products, read, root};

const GOLDEN: &str = "tests/architecture/topology.golden";

fn topology() -> String {
    let mut text = String::from("# Generated from the code: UPDATE_GOLDEN=1 cargo test -p architecture\n");
    for product in products() {
        let links = code::links(&product);
        for (verb, targets) in [("calls", &links.calls), ("reads", &links.reads), ("writes", &links.writes)] {
            for target in targets {
                writeln!(text, "{product:<7} {verb:<6} {target}").expect("writing to a string");
            }
        }
    }
    text
}

#[test]
fn the_golden_file_is_up_to_date() {
    let file = root().join(GOLDEN);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, topology()).expect("written");
    }
    assert_eq!(topology(), read(&file), "if the change is intended, run UPDATE_GOLDEN=1 cargo test -p architecture");
}

#[test]
fn product_toml_agrees_with_the_code() {
    for product in products() {
        let (declared, code) = (declared::product(&product), code::links(&product));
        assert_eq!(declared.name, product);
        assert_eq!(
            declared.topics.writes.into_iter().collect::<BTreeSet<_>>(),
            code.writes,
            "{product}: topics.writes"
        );
        assert_eq!(declared.topics.reads.into_iter().collect::<BTreeSet<_>>(), code.reads, "{product}: topics.reads");
        let calls = declared
            .calls
            .iter()
            .flat_map(|(service, methods)| methods.iter().map(move |it| format!("{service}/{it}")));
        assert_eq!(calls.collect::<BTreeSet<_>>(), code.calls, "{product}: calls");
    }
}

/// The catalogue has an API `PRODUCT-grpc` for gRPC, `PRODUCT-events` for topics, and `login-oidc` for the sign-in on pages
/// of other products.
#[test]
fn the_catalogue_agrees_with_the_code() {
    for product in products() {
        let (spec, code) = (catalog_of(&product), code::links(&product));
        let owner = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        let calls = code.calls.iter().map(|call| format!("{}-grpc", owner(call)));
        let reads = code.reads.iter().map(|topic| format!("{}-events", owner(topic)));
        let signs_in = declared::product(&product).client.map(|_| "login-oidc".to_owned());
        let used: BTreeSet<String> = calls.chain(reads).chain(signs_in).collect();
        let consumes: BTreeSet<String> = spec.consumes_apis.into_iter().collect();
        assert_eq!(consumes, used, "services/{product}/catalog-info.yaml: consumesApis");
    }
}

#[test]
fn the_catalogue_has_an_entity_for_each_api_and_names_each_topic() {
    for product in products() {
        let entities = declared::catalog(&product);
        let described = |name: &str| {
            let found = entities.iter().find(|entity| entity.kind == "API" && entity.metadata.name == name);
            found
                .unwrap_or_else(|| panic!("services/{product}/catalog-info.yaml has no API {name}"))
                .metadata
                .description
                .clone()
        };
        for api in catalog_of(&product).provides_apis {
            described(&api);
        }
        let events = described(&format!("{product}-events"));
        for topic in code::links(&product).writes {
            assert!(
                events.contains(&topic),
                "services/{product}/catalog-info.yaml: {product}-events does not name {topic}"
            );
        }
    }
}

#[test]
fn each_topic_has_one_writer_and_the_table_names_its_readers() {
    let table = read(&root().join("proto/README.md"));
    let all: Vec<_> = products().into_iter().map(|product| (code::links(&product), product)).collect();
    for topic in all.iter().flat_map(|(links, _)| &links.writes).collect::<BTreeSet<_>>() {
        let named = |has: &dyn Fn(&code::Links) -> bool| -> BTreeSet<&str> {
            all.iter().filter(|(links, _)| has(links)).map(|(_, product)| product.as_str()).collect()
        };
        let writers = named(&|links| links.writes.contains(topic));
        assert_eq!(writers.len(), 1, "{topic} is written by {writers:?}");
        let row = table.lines().find(|line| line.starts_with(&format!("| `{topic}`")));
        let row = row.unwrap_or_else(|| panic!("proto/README.md has no row for {topic}"));
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let cell = |cell: usize| cells[cell].split(", ").filter(|name| !name.is_empty()).collect::<BTreeSet<_>>();
        assert_eq!(cell(5), writers, "{topic}: writer in proto/README.md");
        assert_eq!(cell(6), named(&|links| links.reads.contains(topic)), "{topic}: readers in proto/README.md");
    }
}

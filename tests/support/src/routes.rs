//! Compares the table of a test with the endpoints of its product.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

/// Asserts that a table has one row, a method and a path, for each endpoint: those of the OpenAPI document, those that the
/// sources in `folder` route, and the two of the document itself.
///
/// # Panics
/// If it has not. If a source cannot be read, or routes a path that is not a literal.
pub fn assert_lists_every_endpoint(table: &[(&str, &str)], document: &Value, folder: &Path) {
    let there = endpoints(document, folder);
    let listed: BTreeSet<_> = table.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&there).collect();
    assert_eq!((missing, gone), (vec![], vec![]), "endpoints without a row, and rows without an endpoint");
    assert_eq!(listed.len(), table.len(), "each once");
}

fn endpoints(document: &Value, folder: &Path) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let methods = operations.as_object().expect("operations").keys();
        found.extend(methods.map(|method| (method.to_uppercase(), path.clone())));
    }
    own_routes(folder, &mut found);
    found.extend(["/openapi.json", "/docs"].map(|path| ("GET".to_owned(), path.to_owned())));
    found
}

/// Reads `.route("/path", get(…).post(…))` from the source, because axum does not list its routes.
fn own_routes(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            own_routes(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).expect("source");
        for route in source.split(".route(").skip(1) {
            // Assets define their own route and are public.
            if route.starts_with(')') {
                continue;
            }
            let mut parts = route.splitn(3, '"');
            let (Some(_), Some(path), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
                panic!("a route of {} has no literal path", path.display());
            };
            for method in ["get", "post", "put", "patch", "delete"] {
                let named = |prefix: &str| calls(rest).contains(&format!("{prefix}{method}("));
                if named(" ") || named(".") {
                    found.insert((method.to_uppercase(), path.to_owned()));
                }
            }
        }
    }
}

/// Arguments of a call up to its closing parenthesis.
fn calls(rest: &str) -> &str {
    let mut depth = 1;
    let end = rest.find(|character| {
        depth += match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    &rest[..end.expect("a closing parenthesis")]
}

//! Modules of a product import each other in one direction, and never in a circle.

use architecture::{
    folder,
    imports::{Imports, imports, of_sources},
    layers::{self, Exception, List, circles, problems},
    products,
};

fn source(files: &[(&str, &str)]) -> Imports {
    let path = |path: &str| path.split('/').map(str::to_owned).collect();
    of_sources(&files.iter().map(|(file, text)| (path(file), (*text).to_owned())).collect())
}

fn targets(imports: &Imports, module: &str) -> Vec<String> {
    imports.get(module).map(|targets| targets.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn imports_follow_the_layers() {
    let list = layers::list();
    let found: Vec<String> =
        products().iter().flat_map(|it| problems(it, &imports(&folder(it).join("src")), &list)).collect();
    assert!(found.is_empty(), "move the code, or add an exception to imports.toml:\n{}", found.join("\n"));
    let unknown: Vec<_> = list.exceptions.iter().filter(|it| !products().contains(&it.product)).collect();
    assert!(unknown.is_empty(), "imports.toml names a product that does not exist: {unknown:?}");
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    for product in products() {
        let found = circles(&imports(&folder(&product).join("src")));
        assert!(found.is_empty(), "services/{product}/src: import circles: {found:?}");
    }
}

#[test]
fn every_way_to_import_is_read() {
    let imports = source(&[
        ("lib", "pub mod app; pub mod error; pub use error::{Error, Other as Renamed};"),
        ("app", ""),
        ("domain/mod", ""),
        ("error", ""),
        ("http/mod", "use crate::{app::App, domain::{self, User}}; // crate::store"),
        ("http/pages/home", "fn f() { super::super::super::usecase::run(\"crate::config\") }"),
        ("http/view", "mod inner { use super::super::super::store::*; }"),
        ("grpc", "use super::app;"),
        ("usecase", "fn f() -> Result<(), crate::Error> { g::<crate::domain::Id>() }"),
        ("store", "#[cfg(test)] mod tests { use crate::http; } #[derive(Debug)] struct A(crate::domain::Id);"),
    ]);
    assert_eq!(targets(&imports, "http"), ["app", "domain", "store", "usecase"]);
    assert_eq!(targets(&imports, "grpc"), ["app"]);
    assert_eq!(targets(&imports, "usecase"), ["domain", "error"]);
    assert_eq!(targets(&imports, "store"), ["domain"]);
}

/// A product with one wrong import.
fn planted(from: &str, to: &str) -> Vec<String> {
    let modules = ["main", "server", "http", "grpc", "consume", "usecase", "app", "store", "domain", "metrics"];
    let text = format!("use crate::{to}::Thing;");
    let files: Vec<(&str, &str)> = modules.map(|it| (it, if it == from { text.as_str() } else { "" })).to_vec();
    problems("login", &source(&files), &List { exceptions: vec![] })
}

#[test]
fn an_import_against_the_direction_is_found() {
    let wrong = [
        ("domain", "store"),
        ("domain", "metrics"),
        ("store", "app"),
        ("store", "usecase"),
        ("store", "metrics"),
        ("app", "http"),
        ("app", "usecase"),
        ("usecase", "http"),
        ("usecase", "grpc"),
        ("usecase", "consume"),
        ("metrics", "usecase"),
        ("http", "grpc"),
        ("http", "main"),
        ("http", "server"),
    ];
    for (from, to) in wrong {
        assert_eq!(planted(from, to), [format!("services/login/src/{from}.rs: {from} must not import {to}")]);
    }
    let right = [
        ("main", "http"),
        ("main", "server"),
        ("server", "consume"),
        ("consume", "store"),
        ("usecase", "app"),
        ("usecase", "metrics"),
        ("app", "store"),
    ];
    for (from, to) in right {
        assert_eq!(planted(from, to), [""; 0]);
    }
}

#[test]
fn an_unused_exception_is_found() {
    let imports = source(&[("store", "use crate::app::App;"), ("app", "")]);
    let exception = |from: &str, to: &str| Exception {
        product: "login".to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        reason: "a test".to_owned(),
    };
    let used = List { exceptions: vec![exception("store", "app")] };
    assert_eq!(problems("login", &imports, &used), [""; 0]);
    let unused = List { exceptions: vec![exception("store", "app"), exception("app", "store")] };
    assert_eq!(problems("login", &imports, &unused), ["imports.toml, login: app does not import store"]);
}

#[test]
fn a_circle_is_found() {
    let imports = source(&[
        ("app", "use crate::store;"),
        ("store", "use crate::metrics;"),
        ("metrics", "use crate::app;"),
        ("domain", ""),
        ("http", "use crate::app;"),
    ]);
    let circles = circles(&imports);
    assert_eq!(circles.len(), 1);
    assert_eq!(circles[0].iter().collect::<Vec<_>>(), ["app", "metrics", "store"]);
    assert!(circles_of(&[("app", "use crate::store;"), ("store", "")]).is_empty());
}

fn circles_of(files: &[(&str, &str)]) -> Vec<std::collections::BTreeSet<String>> {
    circles(&source(files))
}

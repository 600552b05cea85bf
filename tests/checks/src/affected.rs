//! Selects the parts and crates that a change can affect. A file without a rule affects all of them.

use std::{collections::BTreeSet, path::Path};

use anyhow::Result;

use crate::{
    parts::Parts,
    workspace::{Crate, changed_files, crates, with_dependents},
};

/// Files whose change can affect every crate.
const SHARED: [&str; 4] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "clippy.toml"];

/// Folders in a crate's folder that are not compiled.
const BESIDE_CODE: [&str; 4] = ["chart", "terraform", "ops", "pipeline"];

/// The crate whose tests read the whole repository, so each change can affect it.
const READS_ALL: &str = "architecture";

/// The parts and crates that a change can affect.
#[derive(Debug, PartialEq, Eq)]
struct Affected {
    parts: Vec<String>,
    crates: BTreeSet<String>,
}

/// Prints a line for each part and each crate.
pub(crate) fn print() -> Result<()> {
    let (crates, root) = crates()?;
    let parts = Parts::read()?;
    let affected = match changed_files()? {
        Some(files) => affected(&files, &crates, &root, &parts),
        None => everything(&crates, &parts),
    };
    for part in &affected.parts {
        println!("part {part}");
    }
    for name in &affected.crates {
        println!("crate {name}");
    }
    Ok(())
}

fn everything(crates: &[Crate], parts: &Parts) -> Affected {
    Affected {
        parts: parts.all().into_iter().map(str::to_owned).collect(),
        crates: crates.iter().map(|it| it.name.clone()).collect(),
    }
}

fn affected(files: &[String], crates: &[Crate], root: &Path, parts: &Parts) -> Affected {
    if files.is_empty() {
        return Affected { parts: vec![], crates: BTreeSet::new() };
    }
    let mut changed = BTreeSet::new();
    for file in files {
        let owner = owner(file, crates, root);
        match owner {
            Some(it) if is_code(file, &it.folder(root)) => {
                changed.insert(it.name.clone());
            }
            None if !parts.knows(file) => return everything(crates, parts),
            _ => {}
        }
        if SHARED.contains(&file.as_str()) {
            changed.extend(crates.iter().map(|it| it.name.clone()));
        }
    }
    let code = !changed.is_empty();
    let mut names: Vec<String> = parts.affected(files, code).into_iter().map(str::to_owned).collect();
    if !names.iter().any(|name| name == "code") {
        names.push("code".to_owned());
    }
    changed.insert(READS_ALL.to_owned());
    Affected { parts: names, crates: with_dependents(changed, crates) }
}

/// Returns the crate whose folder contains a file; the innermost of several.
fn owner<'a>(file: &str, crates: &'a [Crate], root: &Path) -> Option<&'a Crate> {
    let holds = |it: &&Crate| Path::new(file).starts_with(it.folder(root));
    crates.iter().filter(holds).max_by_key(|it| it.folder(root).components().count())
}

/// Whether a file in a crate's folder is compiled, or read by compiled code.
fn is_code(file: &str, folder: &Path) -> bool {
    let Ok(inside) = Path::new(file).strip_prefix(folder) else { return false };
    let is_text = inside.extension().is_some_and(|it| it == "md") || inside == Path::new("catalog-info.yaml");
    !is_text && inside != Path::new("Dockerfile") && !BESIDE_CODE.iter().any(|name| inside.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[&str]) -> Affected {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("a folder");
        std::env::set_current_dir(&root).expect("the repository");
        let (crates, root) = crates().expect("crates");
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        affected(&files, &crates, &root, &Parts::read().expect("a table"))
    }

    #[test]
    fn a_product_s_code_affects_no_other_product() {
        let it = of(&["services/ad/src/main.rs"]);
        assert!(it.crates.contains("ad") && !it.crates.contains("login") && !it.crates.contains("chassis"));
        for part in ["build", "code", "e2e", "lint", "format", "sql"] {
            assert!(it.parts.iter().any(|name| name == part), "{part}: {it:?}");
        }
        assert!(!it.parts.iter().any(|name| name == "terraform"), "{it:?}");
    }

    #[test]
    fn what_all_products_stand_on_affects_all_of_them() {
        let it = of(&["infra/chassis/src/lib.rs"]);
        assert!(["ad", "login", "mypage", "e2e"].iter().all(|name| it.crates.contains(*name)), "{it:?}");
    }

    #[test]
    fn a_chart_affects_no_compiled_code() {
        let it = of(&["services/login/chart/values.yaml"]);
        assert!(it.parts.iter().any(|name| name == "chart"), "{it:?}");
        assert!(!it.crates.contains("login") && !it.parts.iter().any(|name| name == "e2e"), "{it:?}");
    }

    #[test]
    fn a_file_that_no_rule_knows_affects_everything() {
        assert!(of(&["a-new-file"]).crates.contains("login"));
    }
}

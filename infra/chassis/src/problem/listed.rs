use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::kinds::{COMMON, Kind};

/// What stands before the code of a problem in source code.
const MAKERS: [&str; 5] = ["Problem::new(", "Self::new(StatusCode::", "not_found(", "NotFound(", "conflict("];

/// Longest distance between a maker and its code, in bytes: the status stands between them.
const REACH: usize = 80;

/// Asserts that each problem of a product is explained at `/problems/CODE`. For a test of the product.
///
/// Reads the codes from `src/`: string literals of constructors such as `Problem::new(StatusCode::CONFLICT, "…"`.
///
/// # Panics
/// With a list of the codes that are missing in `own` and in [`COMMON`], and of those that are listed twice.
pub fn assert_listed(crate_root: impl AsRef<Path>, own: &[Kind]) {
    let all: Vec<_> = own.iter().chain(COMMON).map(|kind| kind.code).collect();
    let listed: BTreeSet<_> = all.iter().copied().collect();
    assert_eq!(all.len(), listed.len(), "a code is listed twice: {all:?}");
    let mut missing = BTreeSet::new();
    for file in files(&crate_root.as_ref().join("src")) {
        let source = fs::read_to_string(&file).unwrap_or_default();
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        missing.extend(codes(source).filter(|code| !listed.contains(code)).map(str::to_owned));
    }
    assert!(missing.is_empty(), "add to the table of problems, with texts: {missing:?}");
}

fn codes(source: &str) -> impl Iterator<Item = &str> {
    let after = MAKERS
        .iter()
        .flat_map(move |maker| source.match_indices(maker).map(move |(at, maker)| &source[at + maker.len()..]));
    after.filter_map(|rest| {
        let (before, literal) = rest.split_once('"')?;
        let (literal, _) = literal.split_once('"')?;
        let is_code = !literal.is_empty() && literal.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        (before.len() <= REACH && !before.contains([';', '{', '}']) && is_code).then_some(literal)
    })
}

/// All source files but those of tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let mut found = vec![];
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !name.ends_with("tests") && name != "fuzz" {
            found.push(path);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_constructors() {
        let source = r#"
            Problem::new(StatusCode::CONFLICT, "one_thing", "Detail.");
            Problem::new(
                http::StatusCode::CONFLICT,
                "another", detail);
            Error::NotFound("third_thing") => text.get("no-code"),
            Problem::not_found(code, text(code)); "not_this"
            Self::new(status); FieldError::new("field", "required", "x")"#;
        let found: BTreeSet<_> = codes(source).collect();
        assert_eq!(found, BTreeSet::from(["another", "one_thing", "third_thing"]));
    }

    #[test]
    fn the_problems_of_chassis_are_listed() {
        assert_listed(env!("CARGO_MANIFEST_DIR"), &[]);
    }
}

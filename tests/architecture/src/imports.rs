//! Reads the imports between a product's modules.
//!
//! A module is a file or folder directly below `src`. Its imports are all paths that begin with `crate::` or `super::`, in
//! `use` declarations and elsewhere. Code under `#[cfg(test)]` and files named `tests.rs` or `*_tests.rs` are left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{code::files, read};

/// Imported modules of each module, each with the first file that imports it.
pub type Imports = BTreeMap<String, BTreeMap<String, String>>;

/// Reads the imports of the crate in `src`.
///
/// # Panics
/// When a file is not valid Rust.
pub fn imports(src: &Path) -> Imports {
    let sources = files(src, "rs").into_iter().filter(|file| !is_test(file)).map(|file| {
        let path = file.strip_prefix(src).expect("inside");
        (path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect(), read(&file))
    });
    of_sources(&sources.collect())
}

fn is_test(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    stem == "tests" || stem.ends_with("_tests") || file.iter().any(|part| part == "tests")
}

/// Reads the imports of a crate whose files are given as path (without extension) and text.
///
/// # Panics
/// When a text is not valid Rust.
pub fn of_sources(sources: &BTreeMap<Vec<String>, String>) -> Imports {
    let modules: BTreeSet<&String> = sources.keys().map(|path| &path[0]).collect();
    let reexports = sources.get(&["lib".to_owned()][..]).map(|text| reexports(text)).unwrap_or_default();
    let mut imports = Imports::new();
    for (file, text) in sources.iter().filter(|(file, _)| file[0] != "lib") {
        let mut module = file.clone();
        if matches!(module.last().map(String::as_str), Some("mod" | "main")) && module.len() > 1 {
            module.pop();
        }
        let of_module = imports.entry(module[0].clone()).or_default();
        for path in paths(text, &module) {
            let Some(first) = path.first() else { continue };
            let target = if modules.contains(first) { first } else { reexports.get(first).unwrap_or(first) };
            if *target != module[0] && modules.contains(target) {
                of_module.entry(target.clone()).or_insert_with(|| file.join("/") + ".rs");
            }
        }
    }
    imports
}

/// Names that `lib.rs` re-exports, each with its module.
fn reexports(lib: &str) -> BTreeMap<String, String> {
    let lib: TokenStream = lib.parse().expect("valid Rust");
    let mut found = BTreeMap::new();
    let mut tokens = lib.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if !is_ident(&token, "use") {
            continue;
        }
        let tree: Vec<TokenTree> = std::iter::from_fn(|| tokens.next_if(|it| !is_punct(it, ';'))).collect();
        let mut paths = vec![];
        use_tree(&tree, &[], &mut paths);
        for path in paths {
            let path: Vec<String> =
                path.into_iter().filter(|part| !matches!(part.as_str(), "crate" | "self")).collect();
            if let (Some(first), Some(last)) = (path.first(), path.last()) {
                found.insert(last.clone(), first.clone());
            }
        }
    }
    found
}

/// Returns all paths from the crate's root in `text`, the source of `module`.
fn paths(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", module.join("::")));
    let mut found = vec![];
    walk(tokens, module, &mut found);
    found
}

fn walk(tokens: TokenStream, module: &[String], found: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while index < tokens.len() {
        let rest = &tokens[index..];
        if is_test_attribute(rest) {
            index += 2 + item_length(&rest[2..]);
            continue;
        }
        if let [keyword, TokenTree::Ident(name), TokenTree::Group(body), ..] = rest
            && is_ident(keyword, "mod")
        {
            walk(body.stream(), &[module, &[name.to_string()]].concat(), found);
            index += 3;
            continue;
        }
        if let Some((base, length)) = root_of(rest, module) {
            use_tree(&rest[length..], &base, found);
            index += length;
            continue;
        }
        if let TokenTree::Group(group) = &tokens[index] {
            walk(group.stream(), module, found);
        }
        index += 1;
    }
}

/// Resolves `crate::` or `super::super::` to a module, and counts its tokens.
fn root_of(tokens: &[TokenTree], module: &[String]) -> Option<(Vec<String>, usize)> {
    if is_ident(tokens.first()?, "crate") && is_separator(&tokens[1..]) {
        return Some((vec![], 3));
    }
    let (mut base, mut length) = (module.to_vec(), 0);
    while tokens.get(length).is_some_and(|it| is_ident(it, "super")) && is_separator(&tokens[length + 1..]) {
        base.pop();
        length += 3;
    }
    (length > 0).then_some((base, length))
}

/// Adds the paths of a use tree or of a path in code, which begin with `base`.
fn use_tree(tokens: &[TokenTree], base: &[String], found: &mut Vec<Vec<String>>) {
    match tokens {
        [TokenTree::Ident(name), rest @ ..] => {
            let path = [base, &[name.to_string()]].concat();
            if is_separator(rest) { use_tree(&rest[2..], &path, found) } else { found.push(path) }
        }
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
            let entries: Vec<TokenTree> = group.stream().into_iter().collect();
            for entry in entries.split(|token| is_punct(token, ',')).filter(|entry| !entry.is_empty()) {
                use_tree(entry, base, found);
            }
        }
        // A glob, or generic arguments.
        _ => found.push(base.to_vec()),
    }
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

fn is_punct(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == punct)
}

fn is_separator(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [one, two, ..] if is_punct(one, ':') && is_punct(two, ':'))
}

fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [hash, TokenTree::Group(group), ..] if is_punct(hash, '#')
        && group.to_string().split_whitespace().collect::<String>() == "[cfg(test)]")
}

/// Counts the tokens of the next item, up to its `;` or its braces.
fn item_length(tokens: &[TokenTree]) -> usize {
    let is_end = |token: &TokenTree| {
        is_punct(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    };
    tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1)
}

//! Finds differences between files that are meant to be equal in every product.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Deserialize;

use super::{files, folder, products, read, root};

/// `copies.toml`: the compared files and the reasoned exceptions.
#[derive(Debug, Clone, Deserialize)]
pub struct List {
    /// Files and folders, relative to the product's folder.
    pub compared: Vec<String>,
    /// Files that may differ.
    #[serde(rename = "exception")]
    pub exceptions: Vec<Exception>,
}

/// A file that may differ in some products.
#[derive(Debug, Clone, Deserialize)]
pub struct Exception {
    /// Path relative to the product's folder.
    pub file: String,
    /// Products with a different file, or the only products with this file.
    pub products: BTreeSet<String>,
    /// The reason for the difference.
    pub reason: String,
    /// Lines that have one of these texts are not compared. Without any, the whole file is not compared.
    #[serde(default)]
    pub lines: Vec<String>,
}

/// The compared files of each product: path and text.
pub type Copies = BTreeMap<String, BTreeMap<String, String>>;

/// Reads `copies.toml`.
///
/// # Panics
/// When it cannot be read.
pub fn list() -> List {
    let file = root().join("tests/architecture/copies.toml");
    toml::from_str(&read(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Reads the compared files of all products.
pub fn copies(list: &List) -> Copies {
    products().into_iter().map(|product| (product.clone(), files_of(&product, list))).collect()
}

fn files_of(product: &str, list: &List) -> BTreeMap<String, String> {
    let folder = folder(product);
    let below = |part: &String| {
        let path = folder.join(part);
        if path.is_dir() { files(&path) } else { vec![path] }
    };
    let all = list.compared.iter().flat_map(below).filter(|file| file.exists() && !is_state(file));
    all.map(|file| (file.strip_prefix(&folder).expect("inside").display().to_string(), read(&file))).collect()
}

/// Whether Terraform wrote the file when it ran.
fn is_state(file: &Path) -> bool {
    file.iter().any(|part| part.to_string_lossy().starts_with(".terraform"))
        || file.to_string_lossy().contains(".tfstate")
}

/// Returns a sentence for each difference without an exception, and for each exception without a difference.
pub fn problems(copies: &Copies, list: &List) -> Vec<String> {
    let names: BTreeSet<&String> = copies.values().flat_map(BTreeMap::keys).collect();
    let differences = names.iter().filter_map(|file| difference(file, copies, list));
    differences.chain(list.exceptions.iter().flat_map(|exception| unused(exception, copies))).collect()
}

fn difference(file: &str, copies: &Copies, list: &List) -> Option<String> {
    let exceptions: Vec<&Exception> = list.exceptions.iter().filter(|it| it.file == file).collect();
    let compared = copies.keys().filter(|product| {
        !exceptions.iter().any(|exception| exception.lines.is_empty() && exception.products.contains(*product))
    });
    let mut texts = compared.map(|product| {
        let skipped = exceptions.iter().filter(|exception| exception.products.contains(product));
        let skipped: Vec<&str> = skipped.flat_map(|it| it.lines.iter().map(String::as_str)).collect();
        (product, text(copies, product, file, &skipped))
    });
    let (first, expected) = texts.next()?;
    let (other, found) = texts.find(|(_, found)| *found != expected)?;
    let (line, here, there) = first_difference(expected.as_deref(), found.as_deref());
    Some(format!("{file}, line {line}: {first} has “{here}”, {other} has “{there}”"))
}

fn first_difference<'a>(here: Option<&'a str>, there: Option<&'a str>) -> (usize, &'a str, &'a str) {
    let (Some(here), Some(there)) = (here, there) else {
        let say = |text: Option<&str>| if text.is_some() { "the file" } else { "no such file" };
        return (0, say(here), say(there));
    };
    let (mut here, mut there) = (here.lines(), there.lines());
    for line in 1.. {
        match (here.next(), there.next()) {
            (Some(one), Some(other)) if one == other => {}
            (one, other) => return (line, one.unwrap_or_default(), other.unwrap_or_default()),
        }
    }
    unreachable!("two equal texts have no difference")
}

fn unused(exception: &Exception, copies: &Copies) -> Vec<String> {
    let file = &exception.file;
    let say = |why: String| format!("copies.toml, {file}: {why}: delete the exception or correct it");
    let mut problems = vec![];
    for product in &exception.products {
        let Some(own) = copies.get(product) else {
            problems.push(say(format!("there is no product {product}")));
            continue;
        };
        let own_text = own.get(file).map(String::as_str).unwrap_or_default();
        for line in exception.lines.iter().filter(|line| !own_text.contains(line.as_str())) {
            problems.push(say(format!("{product} has no line with “{line}”")));
        }
        let others = copies.keys().filter(|other| !exception.products.contains(*other));
        if let Some(other) =
            others.into_iter().find(|it| text(copies, it, file, &[]) == text(copies, product, file, &[]))
        {
            problems.push(say(format!("{product} and {other} have the same")));
        }
    }
    let texts: BTreeSet<_> = copies.keys().map(|product| text(copies, product, file, &[])).collect();
    if texts.len() == 1 {
        problems.push(say("all products have the same, or none has the file".to_owned()));
    }
    if exception.reason.trim().is_empty() {
        problems.push(say("it has no reason".to_owned()));
    }
    problems
}

/// A product's file without the skipped lines, with `{product}` in place of the product's name, also in names of variables.
fn text(copies: &Copies, product: &str, file: &str, skipped: &[&str]) -> Option<String> {
    let lines = copies[product].get(file)?.lines().filter(|line| !skipped.iter().any(|it| line.contains(it)));
    let text = lines.map(|line| format!("{line}\n")).collect::<String>();
    Some(without_prefix(&without_name(&text, product), product))
}

/// Replaces `NAME_`, with which the product's variables begin, by `{PRODUCT}_`.
fn without_prefix(text: &str, name: &str) -> String {
    let prefix = format!("{}_", name.to_uppercase());
    let mut parts = text.split(&prefix);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let inside = result.chars().last().is_some_and(|it| it.is_alphanumeric() || it == '_');
        result.push_str(if inside { &prefix } else { "{PRODUCT}_" });
        result.push_str(part);
    }
    result
}

/// Replaces `name` by `{product}`, except next to a letter or a digit.
fn without_name(text: &str, name: &str) -> String {
    let mut parts = text.split(name).peekable();
    let mut result = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let inside = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        // An empty part means that the next name follows directly.
        let after = part.chars().next().or_else(|| parts.peek().and_then(|_| name.chars().next()));
        result.push_str(if inside(result.chars().last()) || inside(after) { name } else { "{product}" });
        result.push_str(part);
    }
    result
}

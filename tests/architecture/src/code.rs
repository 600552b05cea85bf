//! Reads topics and gRPC calls from the source of the products.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{folder, read, root};

/// The topics that a product writes and reads, and the methods that it calls.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Topics in `events::WRITES`.
    pub writes: BTreeSet<String>,
    /// Topics in `events::READS`.
    pub reads: BTreeSet<String>,
    /// gRPC methods, such as `login.v1.Login/GetUser`.
    pub calls: BTreeSet<String>,
}

/// Reads the source of a product.
///
/// # Panics
/// When its `events.rs` names a message without a topic.
pub fn links(product: &str) -> Links {
    let source = source(&folder(product).join("src"));
    let topics = topics();
    let list = |name: &str| {
        let messages = messages_in(&read(&folder(product).join("src/events.rs")), name);
        let topic = |message: String| topics.get(&message).cloned().unwrap_or_else(|| panic!("{message} has no topic"));
        messages.into_iter().map(topic).collect()
    };
    Links { writes: list("WRITES"), reads: list("READS"), calls: calls(&source) }
}

/// Topics by message, from `proto/src/topics.rs`: `login::v1::UserChanged` → `login.user.v1`.
fn topics() -> BTreeMap<String, String> {
    let text = read(&root().join("proto/src/topics.rs"));
    let events = text.split("\nevent!(").skip(1);
    events
        .filter_map(|event| {
            let (message, rest) = event.split_once(',')?;
            Some((message.trim().to_owned(), rest.split('"').nth(1)?.to_owned()))
        })
        .collect()
}

/// Returns the messages in the topic list `name`.
fn messages_in(events: &str, name: &str) -> Vec<String> {
    let Some((_, list)) = events.split_once(&format!("{name}: &[Topic] =")) else {
        panic!("events.rs has no `{name}: &[Topic]`");
    };
    let list = list.split(';').next().unwrap_or_default();
    let full_name = |path: &str| {
        let path = path.trim().trim_start_matches("&[").trim_end_matches(']').trim();
        let message = path.strip_suffix("::TOPIC")?;
        Some(message.strip_prefix("contracts::").map_or_else(|| full_path(events, message), str::to_owned))
    };
    list.split(',').filter_map(full_name).collect()
}

/// A message's path from the root of `contracts`, with the `use` declarations resolved.
fn full_path(events: &str, message: &str) -> String {
    let (first, rest) = message.split_once("::").map_or((message, None), |(first, rest)| (first, Some(rest)));
    let imported = imports(events).into_iter().find_map(|(name, path)| (name == first).then_some(path));
    let start = imported.unwrap_or_else(|| first.to_owned());
    rest.map_or_else(|| start.clone(), |rest| format!("{start}::{rest}"))
}

/// The imports of `use contracts::…`: the name in the file, and the path below `contracts`.
fn imports(events: &str) -> Vec<(String, String)> {
    let uses = events.split(';').filter_map(|statement| statement.split("use contracts::").nth(1));
    uses.flat_map(|tree| expand("", &tree.replacen(" as ", "=", 99).split_whitespace().collect::<String>())).collect()
}

/// Expands a use tree: `a::{b, c::{self as d}}` is `b` at `a::b` and `d` at `a::c`.
fn expand(prefix: &str, tree: &str) -> Vec<(String, String)> {
    let Some((path, group)) = tree.split_once('{') else {
        let (path, alias) = tree.split_once('=').unwrap_or((tree, ""));
        let path = format!("{prefix}{path}");
        let path = path.strip_suffix("::self").unwrap_or(&path).to_owned();
        let last = path.rsplit("::").next().unwrap_or_default();
        return vec![(if alias.is_empty() { last } else { alias }.to_owned(), path)];
    };
    let (prefix, group) = (format!("{prefix}{path}"), group.strip_suffix('}').unwrap_or(group));
    let (mut depth, mut start, mut parts) = (0, 0, vec![]);
    for (index, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[start..]);
    parts.into_iter().filter(|part| !part.is_empty()).flat_map(|part| expand(&prefix, part)).collect()
}

/// Returns the gRPC methods that `source` calls by a generated client.
fn calls(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (service, methods) in services() {
        let (package, name) = service.rsplit_once('.').expect("a package");
        let client = format!("{}::{}_client", package.replace('.', "::"), snake(name));
        if !source.contains(&client) && !source.contains(&format!("{name}Client")) {
            continue;
        }
        for method in methods {
            if source.contains(&format!(".{}(", snake(&method))) {
                found.insert(format!("{service}/{method}"));
            }
        }
    }
    found
}

/// All gRPC services and their methods, from the `.proto` files.
fn services() -> BTreeMap<String, Vec<String>> {
    let mut services: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in files(&root().join("proto"), "proto").iter().map(|file| read(file)) {
        let package =
            text.lines().find_map(|line| line.strip_prefix("package ")).expect("a package").trim_end_matches(';');
        let mut current = None;
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("service ") {
                current = Some(format!("{package}.{}", name.trim_end_matches(" {")));
            } else if let (Some(service), Some(method)) = (&current, line.trim().strip_prefix("rpc ")) {
                let method = method.split('(').next().unwrap_or_default().to_owned();
                services.entry(service.clone()).or_default().push(method);
            } else if line == "}" {
                current = None;
            }
        }
    }
    services
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, char) in name.char_indices() {
        if char.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}

/// The source of a product as one text without white space.
fn source(folder: &Path) -> String {
    files(folder, "rs").iter().map(|file| read(file).split_whitespace().collect::<String>()).collect()
}

/// Files in `folder` and its subfolders with this extension.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    super::files(folder).into_iter().filter(|file| file.extension().is_some_and(|found| found == extension)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_tree_is_expanded() {
        let events = "use contracts::{ad::v1 as ad, login::v1::{self, UserChanged}};\nuse contracts::mypage::v1::Page;";
        let paths =
            ["ad::UsageRecorded", "v1::TenantChanged", "UserChanged", "Page"].map(|name| full_path(events, name));
        let expected =
            ["ad::v1::UsageRecorded", "login::v1::TenantChanged", "login::v1::UserChanged", "mypage::v1::Page"];
        assert_eq!(paths, expected);
    }
}

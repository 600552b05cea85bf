//! `scripts/test.d/parts.toml`: the budget of each part, and the paths that it depends on.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result};
use serde::Deserialize;

/// Path of the table in the repository.
const FILE: &str = "scripts/test.d/parts.toml";

/// All parts, by name.
#[derive(Debug, Deserialize)]
pub(crate) struct Parts(BTreeMap<String, Part>);

/// One part of `scripts/test`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// Maximum duration.
    pub(crate) seconds: u64,
    /// Maximum CPU time of the part and its children.
    pub(crate) cpu_seconds: u64,
    /// Paths whose change affects the part: a folder ends in `/`, and `*` matches one segment.
    #[serde(default)]
    paths: Vec<String>,
    /// Whether a change of code in any crate affects the part.
    #[serde(default)]
    code: bool,
}

impl Parts {
    /// Reads the table of this repository.
    pub(crate) fn read() -> Result<Self> {
        let text = fs::read_to_string(FILE).with_context(|| format!("cannot read {FILE}"))?;
        toml::from_str(&text).with_context(|| FILE.to_owned())
    }

    /// Returns the part with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Part> {
        self.0.get(name)
    }

    /// Returns the parts that a change of these files affects, sorted by name.
    pub(crate) fn affected(&self, files: &[String], code: bool) -> Vec<&str> {
        let is_affected = |part: &Part| part.code && code || files.iter().any(|file| part.reads(file));
        self.0.iter().filter(|(_, part)| is_affected(part)).map(|(name, _)| name.as_str()).collect()
    }

    /// Whether the paths of any part match this file.
    pub(crate) fn knows(&self, file: &str) -> bool {
        self.0.values().any(|part| part.reads(file))
    }

    /// Returns all parts that run when no part is named.
    pub(crate) fn all(&self) -> Vec<&str> {
        let is_ordinary = |part: &Part| part.code || !part.paths.is_empty();
        self.0.iter().filter(|(_, part)| is_ordinary(part)).map(|(name, _)| name.as_str()).collect()
    }
}

impl Part {
    fn reads(&self, file: &str) -> bool {
        self.paths.iter().any(|pattern| fits(pattern, file))
    }
}

/// Whether a path matches a pattern of [`Part::paths`].
fn fits(pattern: &str, file: &str) -> bool {
    let folder = pattern.strip_suffix('/');
    let (wanted, found): (Vec<_>, Vec<_>) = (folder.unwrap_or(pattern).split('/').collect(), file.split('/').collect());
    let long_enough = if folder.is_some() { found.len() > wanted.len() } else { found.len() == wanted.len() };
    long_enough && wanted.iter().zip(&found).all(|(wanted, found)| segment_fits(wanted, found))
}

/// Whether a segment matches a pattern with at most one `*`, which matches any text.
fn segment_fits(wanted: &str, found: &str) -> bool {
    match wanted.split_once('*') {
        None => wanted == found,
        Some((start, end)) => {
            found.len() >= start.len() + end.len() && found.starts_with(start) && found.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_file_or_a_folder() {
        assert!(fits("services/*/chart/", "services/ad/chart/templates/service.yaml"));
        assert!(!fits("services/*/chart/", "services/ad/chart"));
        assert!(fits("scripts/*", "scripts/up"));
        assert!(!fits("scripts/*", "scripts/test.d/run.sh"));
        assert!(fits("tests/*.rs", "tests/a.rs") && !fits("tests/*.rs", "tests/a.py"));
    }
}

//! Finds the log files, and reads their lines sorted by time.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::line::Line;

/// One log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the process.
    pub name: String,
    pub file: PathBuf,
}

impl Source {
    pub(super) fn size(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |metadata| metadata.len())
    }
}

/// Finds the logs of a product with all its replicas, or all logs.
pub fn sources(folder: &Path, name: Option<&str>) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let file = entry?.path();
        let Some(process) = file.file_name().and_then(|file| file.to_str()?.strip_suffix(".log")) else {
            continue;
        };
        if name.is_none_or(|name| is_of(process, name)) {
            sources.push(Source { name: process.to_owned(), file });
        }
    }
    sources.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(sources)
}

/// Reads all lines sorted by time, and the size that each file had. A line without a time stays behind its predecessor.
pub(super) fn read(sources: &[Source]) -> Result<(Vec<Line>, Vec<u64>)> {
    let (mut lines, mut positions) = (Vec::new(), Vec::new());
    for source in sources {
        let bytes = fs::read(&source.file).with_context(|| format!("cannot read {}", source.file.display()))?;
        positions.push(bytes.len() as u64);
        let mut time = String::new();
        for text in String::from_utf8_lossy(&bytes).lines() {
            let line = Line::parse(&source.name, text);
            if let Some(own) = line.time() {
                own.clone_into(&mut time);
            }
            lines.push((time.clone(), line));
        }
    }
    lines.sort_by(|left, right| left.0.cmp(&right.0));
    Ok((lines.into_iter().map(|(_, line)| line).collect(), positions))
}

fn is_of(process: &str, name: &str) -> bool {
    process == name || process.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn logs_of_a_product_include_its_replicas() {
        assert!(is_of("login", "login") && is_of("login-1", "login") && is_of("login-migrate", "login"));
        assert!(!is_of("login", "login-1") && !is_of("loginx", "login"));
    }
}

//! Which files there are, and their lines in the order of time.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::Line;

/// One log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The process it is of.
    pub name: String,
    /// The file.
    pub file: PathBuf,
}

impl Source {
    pub(super) fn size(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |metadata| metadata.len())
    }
}

/// The logs of a product, all its replicas; or of everything.
pub fn sources(folder: &Path, name: Option<&str>) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))? {
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

/// All lines, in the order of time, and how far each file was read; a line without a time stays behind the one before it.
pub(super) fn read(sources: &[Source]) -> Result<(Vec<Line>, Vec<u64>)> {
    let (mut lines, mut positions) = (Vec::new(), Vec::new());
    for source in sources {
        let bytes = fs::read(&source.file).with_context(|| format!("can't read {}", source.file.display()))?;
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
    fn a_product_has_the_logs_of_its_replicas() {
        assert!(is_of("login", "login") && is_of("login-1", "login") && is_of("login-migrate", "login"));
        assert!(!is_of("login", "login-1") && !is_of("loginx", "login"));
    }
}

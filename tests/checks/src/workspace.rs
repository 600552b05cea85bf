//! Reads the crates of this workspace from Cargo, and the changed files from git.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A crate of this workspace.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Crate {
    pub(crate) name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Clone, Debug, Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
    workspace_root: PathBuf,
}

/// Returns all crates, and the folder of the workspace.
pub(crate) fn crates() -> Result<(Vec<Crate>, PathBuf)> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let printed = run(&cargo, &["metadata", "--no-deps", "--offline", "--format-version", "1"])?;
    let metadata: Metadata = serde_json::from_str(&printed).context("cannot parse the output of cargo metadata")?;
    Ok((metadata.packages, metadata.workspace_root))
}

impl Crate {
    /// Returns the crate's folder, relative to the workspace.
    pub(crate) fn folder(&self, root: &Path) -> PathBuf {
        let folder = self.manifest_path.parent().unwrap_or(Path::new(""));
        folder.strip_prefix(root).unwrap_or(folder).to_owned()
    }
}

/// Returns these crates and all crates that depend on them, directly or not.
pub(crate) fn with_dependents(changed: BTreeSet<String>, crates: &[Crate]) -> BTreeSet<String> {
    let mut affected = changed;
    loop {
        let depends = |it: &&Crate| it.dependencies.iter().any(|on| on.path.is_some() && affected.contains(&on.name));
        let more: Vec<_> = crates.iter().filter(depends).map(|it| it.name.clone()).collect();
        let before = affected.len();
        affected.extend(more);
        if affected.len() == before {
            return affected;
        }
    }
}

/// Returns the files that differ from the base commit of the change, committed or not. `None` when the base commit is
/// unknown.
pub(crate) fn changed_files() -> Result<Option<Vec<String>>> {
    let wanted = std::env::var("PIPELINE_BASE").unwrap_or_default();
    let candidates = if wanted.is_empty() { vec!["origin/main", "main"] } else { vec![wanted.as_str()] };
    let known = |name: &&&str| run("git", &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")]).is_ok();
    let Some(base) = candidates.iter().find(known) else { return Ok(None) };
    let began = run("git", &["merge-base", base, "HEAD"])?;
    let differing = run("git", &["diff", "--name-only", "--no-renames", began.trim()])?;
    let new = run("git", &["ls-files", "--others", "--exclude-standard"])?;
    Ok(Some(differing.lines().chain(new.lines()).map(str::to_owned).collect()))
}

fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

//! The workspace's crates and what they depend on, as Cargo sees them.

use std::{path::PathBuf, process::Command};

use serde::Deserialize;

/// A crate of this workspace.
#[derive(Debug, Deserialize)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
}

/// A line under some `[dependencies]`.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The other crate.
    pub name: String,
    /// `dev`, `build`, or nothing.
    pub kind: Option<String>,
    /// Set when it is a crate of this workspace.
    pub path: Option<PathBuf>,
}

impl Dependency {
    /// Whether it is part of what is shipped.
    pub fn is_shipped(&self) -> bool {
        self.kind.is_none()
    }

    /// Whether it is a crate of this workspace.
    pub fn is_ours(&self) -> bool {
        self.path.is_some()
    }
}

/// All crates of the workspace.
///
/// # Panics
/// When Cargo can't read it.
pub fn crates() -> Vec<Crate> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Crate>,
    }
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(super::root())
        .output()
        .expect("cargo runs");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    serde_json::from_slice::<Metadata>(&cargo.stdout).expect("cargo's metadata").packages
}

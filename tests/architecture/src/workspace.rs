//! Reads the crates of the workspace and their dependencies from Cargo.

use std::{path::PathBuf, process::Command};

use serde::Deserialize;

/// A crate of this workspace.
#[derive(Debug, Deserialize)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Path of its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// Its dependencies.
    pub dependencies: Vec<Dependency>,
}

/// A dependency of a crate.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// Name of the other crate.
    pub name: String,
    /// `dev` or `build`; `None` for a normal dependency.
    pub kind: Option<String>,
    /// Path of a crate of this workspace.
    pub path: Option<PathBuf>,
}

impl Dependency {
    /// Whether the binary contains it.
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
/// When Cargo fails.
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

//! Where things are in the data folder. Nothing is written outside it.
//!
//! ```text
//! .data/
//!   cache/     what was fetched: kept by --fresh
//!   run/       the data: databases, topics, secrets; gone with --fresh
//!   logs/      one file a process, the previous run's beside it
//!   stores/    throw-away stores of `devstack stores`, one folder a run
//!   devstack   a link to the program, for the scripts
//!   lock       held by the devstack that runs here
//!   state.json what runs, for `status`, `down` and the clean-up after a kill
//! ```

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The data folder and the places in it.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
    cache: PathBuf,
}

impl Layout {
    /// Opens the data folder, making what is missing. `cache` is in it unless it is said to be elsewhere.
    pub fn open(root: impl Into<PathBuf>, cache: Option<PathBuf>) -> Result<Self> {
        let root = std::path::absolute(root.into()).context("the data folder's path")?;
        let cache = std::path::absolute(cache.unwrap_or_else(|| root.join("cache"))).context("the cache's path")?;
        let layout = Self { root, cache };
        for folder in [layout.root.clone(), layout.cache(), layout.run(), layout.logs()] {
            make_folder(&folder)?;
        }
        Ok(layout)
    }

    /// The data folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What was fetched.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.cache.clone()
    }

    /// Databases, topics and secrets.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    /// Log files.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Throw-away stores.
    #[must_use]
    pub fn stores(&self) -> PathBuf {
        self.root.join("stores")
    }

    /// The log file of one process.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.logs().join(format!("{name}.log"))
    }

    /// Held while a devstack runs here.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// What runs.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.root.join("state.json")
    }

    /// A link to the devstack that ran last.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.root.join("devstack")
    }

    /// Removes data and logs, keeps the cache.
    pub fn clear(&self) -> Result<()> {
        for folder in [self.run(), self.logs()] {
            remove_folder(&folder)?;
            make_folder(&folder)?;
        }
        Ok(())
    }
}

/// Makes a folder that other accounts may enter: as root, Postgres runs as another one.
pub fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("can't make the folder {}", folder.display()))
}

/// Removes a folder and what is in it; one that isn't there is no error.
pub fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("can't remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Writes a file whole or not at all, readable by its owner only.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let write = || {
        let mut new = path.as_os_str().to_owned();
        new.push("~");
        // The mode is set before a byte is in it: a secret is never readable by others, not even briefly.
        fs::File::create(&new)?.set_permissions(fs::Permissions::from_mode(0o600))?;
        fs::write(&new, text)?;
        fs::rename(&new, path)
    };
    write().with_context(|| format!("can't write {}", path.display()))
}

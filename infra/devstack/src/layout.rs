//! Layout of the data folder. devstack writes nothing outside it.
//!
//! ```text
//! .data/
//!   cache/     fetched programs; not removed by --fresh
//!   run/       databases, topics, secrets; removed by --fresh
//!   logs/      one file per process, and the file of the previous run
//!   stores/    throw-away stores of `devstack stores`, one folder per run
//!   devstack   a link to the program, for the scripts
//!   stopped/   one file per product that `devstack stop` keeps down
//!   lock       locked by the devstack that runs on this folder
//!   state.json the running processes, for `status`, `down` and the clean-up after a killed run
//! ```

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The paths in one data folder.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
    cache: PathBuf,
}

impl Layout {
    /// Opens the data folder, and creates missing folders. `cache` replaces the folder `cache` in it.
    pub fn open(root: impl Into<PathBuf>, cache: Option<PathBuf>) -> Result<Self> {
        let root = std::path::absolute(root.into()).context("bad path of the data folder")?;
        let cache =
            std::path::absolute(cache.unwrap_or_else(|| root.join("cache"))).context("bad path of the cache")?;
        let layout = Self { root, cache };
        for folder in [layout.root.clone(), layout.cache(), layout.run(), layout.logs()] {
            make_folder(&folder)?;
        }
        Ok(layout)
    }

    /// Path of the data folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Folder of fetched programs.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.cache.clone()
    }

    /// Folder of databases, topics and secrets.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    /// Folder of the logs.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Folder of throw-away stores.
    #[must_use]
    pub fn stores(&self) -> PathBuf {
        self.root.join("stores")
    }

    /// Log file of one process.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.logs().join(format!("{name}.log"))
    }

    /// Folder with a file for each product that is kept down.
    #[must_use]
    pub fn stopped(&self) -> PathBuf {
        self.root.join("stopped")
    }

    /// File that is locked while a devstack runs on this folder.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// File of the running processes.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.root.join("state.json")
    }

    /// Link to the devstack that ran last.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.root.join("devstack")
    }

    /// Removes data and logs, but not the cache.
    pub fn clear(&self) -> Result<()> {
        for folder in [self.run(), self.logs()] {
            remove_folder(&folder)?;
            make_folder(&folder)?;
        }
        Ok(())
    }
}

/// Creates a folder that other accounts may enter, since Postgres runs as another account under root.
pub fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("cannot create the folder {}", folder.display()))
}

/// Removes a folder with its contents; a missing folder is no error.
pub fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Writes a file atomically, with mode 0600.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let write = || {
        let mut new = path.as_os_str().to_owned();
        new.push("~");
        // The mode is set while the file is empty, so that other accounts can never read a secret.
        fs::File::create(&new)?.set_permissions(fs::Permissions::from_mode(0o600))?;
        fs::write(&new, text)?;
        fs::rename(&new, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

//! PostgreSQL's programs on this machine.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

/// The oldest major version the products' SQL keeps to.
const OLDEST: u32 = 15;

/// Folders whose entries may hold a `bin`, by the habits of Debian, Red Hat, Homebrew and Postgres.app.
const PLACES: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql"),
    ("/usr/local/opt", "postgresql"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql"),
    ("/Applications/Postgres.app/Contents/Versions", ""),
];

/// A folder with `initdb` and `postgres` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// Their major version.
    pub major: u32,
}

impl Binaries {
    /// The newest on this machine that will do, preferring the version that `data` was made with; else fetched.
    pub async fn find_or_fetch(cache: &Path, data: Option<&Path>, say: impl Fn(String)) -> Result<Self> {
        if let Some(found) = Self::find(cache, data) {
            return Ok(found);
        }
        super::fetch::fetch(cache, say).await
    }

    /// The newest on this machine or in the cache.
    #[must_use]
    pub fn find(cache: &Path, data: Option<&Path>) -> Option<Self> {
        let mut folders: BTreeSet<PathBuf> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        for (place, prefix) in PLACES {
            folders.extend(bins_under(Path::new(place), prefix));
        }
        folders.extend(bins_under(cache, "postgresql-"));
        // A distribution's links in the PATH lead to the folders themselves.
        let folders: BTreeSet<PathBuf> = folders.iter().filter_map(|folder| behind_links(folder)).collect();
        let mut found: Vec<Self> = folders.iter().filter_map(|folder| Self::at(folder)).collect();
        found.sort_by_key(|binaries| {
            let has_data = data.is_some_and(|data| data_folder(data, binaries.major).exists());
            (has_data, binaries.major)
        });
        found.pop()
    }

    /// Those in this folder, if they will do.
    pub(super) fn at(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = major_version(&String::from_utf8_lossy(&output.stdout))?;
        (major >= OLDEST).then(|| Self { folder: folder.to_owned(), major })
    }
}

/// The data folder of a major version: another major's files can't be read.
pub(super) fn data_folder(parent: &Path, major: u32) -> PathBuf {
    parent.join(format!("postgres-{major}"))
}

fn bins_under(place: &Path, prefix: &str) -> Vec<PathBuf> {
    fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("postgres").is_file())
        .collect()
}

fn behind_links(folder: &Path) -> Option<PathBuf> {
    let postgres = folder.join("postgres").canonicalize().ok()?;
    postgres.parent().map(Path::to_path_buf)
}

fn major_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn versions_as_distributions_print_them() {
        let version = "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n";
        assert_eq!(major_version(version), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_version("postgres (EnterpriseDB)"), None);
    }
}

//! Finds the programs of PostgreSQL on this machine.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Oldest major version that the products' SQL supports.
const OLDEST: u32 = 15;

/// Parent folders of installations, and the prefix of their names: Debian, Red Hat, Homebrew, Postgres.app.
const INSTALLATIONS: [(&str, &str); 6] = [
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
    pub folder: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// Finds the newest suitable version on this machine or in the cache, preferring the version that made `data`.
    #[must_use]
    pub fn find(cache: &Path, data: Option<&Path>) -> Option<Self> {
        let mut folders: BTreeSet<PathBuf> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        for (parent, prefix) in INSTALLATIONS {
            folders.extend(bins_under(Path::new(parent), prefix));
        }
        folders.extend(bins_under(cache, "postgresql-"));
        // Distributions put links into the folders of the PATH.
        let folders: BTreeSet<PathBuf> = folders.iter().filter_map(|folder| resolve_links(folder)).collect();
        let mut found: Vec<Self> = folders.iter().filter_map(|folder| Self::at(folder)).collect();
        found.sort_by_key(|binaries| {
            let has_data = data.is_some_and(|data| data_folder(data, binaries.major).exists());
            (has_data, binaries.major)
        });
        found.pop()
    }

    /// Takes the programs of this folder, if their version is suitable.
    pub(super) fn at(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = major_version(&String::from_utf8_lossy(&output.stdout))?;
        (major >= OLDEST).then(|| Self { folder: folder.to_owned(), major })
    }

    /// Reports whether the module `pg_stat_statements` is installed. Some distributions have it in another package.
    pub(super) fn can_count_statements(&self) -> bool {
        let lib = self.folder.with_file_name("lib");
        [lib.join("pg_stat_statements.so"), lib.join("postgresql/pg_stat_statements.so")]
            .iter()
            .any(|file| file.is_file())
    }
}

/// Data folder of a major version, which cannot read the files of another one.
pub(super) fn data_folder(parent: &Path, major: u32) -> PathBuf {
    parent.join(format!("postgres-{major}"))
}

fn bins_under(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("postgres").is_file())
        .collect()
}

fn resolve_links(folder: &Path) -> Option<PathBuf> {
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
    fn the_major_version_is_read_from_the_output_of_distributions() {
        let version = "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n";
        assert_eq!(major_version(version), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_version("postgres (EnterpriseDB)"), None);
    }
}

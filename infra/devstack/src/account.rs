//! The unprivileged account of Postgres when devstack runs as root, since Postgres refuses to run as root.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use anyhow::{Context, Result, anyhow, bail};
use nix::unistd::{Uid, User};

/// An account in the system's user database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// `postgres`, else `nobody`, when devstack runs as root; `None` when it does not.
    pub fn unprivileged() -> Result<Option<Self>> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            if let Some(user) = User::from_name(name).context("cannot read the user database")? {
                return Ok(Some(Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }));
            }
        }
        bail!("Postgres refuses to run as root, and no account `postgres` or `nobody` exists: run as an ordinary user")
    }

    /// Makes the account the owner of a file or folder.
    pub fn own(&self, path: &Path) -> Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("cannot change the owner of {} to {}", path.display(), self.name))
    }

    /// Fails unless the account may enter every folder above `path`.
    pub fn check_reaches(&self, path: &Path) -> Result<()> {
        for folder in path.ancestors().skip(1) {
            let Ok(metadata) = fs::metadata(folder) else {
                continue;
            };
            if !may_enter(metadata.mode(), metadata.uid() == self.uid, metadata.gid() == self.gid) {
                return Err(anyhow!(
                    "under root, Postgres runs as `{}`, which may not enter {}: run as an ordinary user, or set another data folder (DEVSTACK_DATA=/var/tmp/devstack)",
                    self.name,
                    folder.display()
                ));
            }
        }
        Ok(())
    }
}

fn may_enter(mode: u32, owner: bool, group: bool) -> bool {
    let bit = match (owner, group) {
        (true, _) => 0o100,
        (false, true) => 0o010,
        (false, false) => 0o001,
    };
    mode & bit != 0
}

#[cfg(test)]
mod tests {
    use super::may_enter;

    #[test]
    fn owner_rights_come_before_group_rights_before_the_rights_of_others() {
        assert!(may_enter(0o755, false, false));
        assert!(!may_enter(0o700, false, false));
        assert!(may_enter(0o700, true, false));
        assert!(may_enter(0o750, false, true));
        assert!(!may_enter(0o705, false, true));
    }
}

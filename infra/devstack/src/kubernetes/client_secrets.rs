//! The products' secrets as clients of login, in one file per product.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{layout::write_private, secrets};

/// A folder with a file `PRODUCT.client-secret` for each product, which only its owner may read.
#[derive(Debug)]
pub struct ClientSecrets {
    folder: PathBuf,
}

impl ClientSecrets {
    /// Uses the files in `folder`, which must exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The secret in the product's file; generated and stored when the file is missing or empty.
    pub fn get(&self, product: &str) -> Result<String> {
        let file = self.folder.join(format!("{product}.client-secret"));
        if let Some(secret) = read(&file)? {
            return Ok(secret);
        }
        let secret = secrets::random()?;
        write_private(&file, &secret)?;
        Ok(secret)
    }
}

fn read(file: &Path) -> Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::layout::remove_folder;

    #[test]
    fn a_stored_secret_is_kept_and_a_new_one_has_mode_0600() {
        let folder = std::env::temp_dir().join(format!("devstack-client-secrets-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let secrets = ClientSecrets::new(&folder);
        fs::write(folder.join("shop.client-secret"), "of the cluster").unwrap();
        assert_eq!(secrets.get("shop").unwrap(), "of the cluster");
        fs::write(folder.join("desk.client-secret"), "").unwrap();
        for product in ["desk", "till"] {
            let new = secrets.get(product).unwrap();
            assert_eq!(new.len(), 43);
            assert_eq!(secrets.get(product).unwrap(), new);
            let file = folder.join(format!("{product}.client-secret"));
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        remove_folder(&folder).unwrap();
    }
}

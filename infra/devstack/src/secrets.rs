//! Random secrets, made once and kept in the data folder, readable by its owner only.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The secrets of one data folder.
#[derive(Debug)]
pub struct Secrets {
    path: PathBuf,
    values: Mutex<BTreeMap<String, String>>,
}

impl Secrets {
    /// Reads what there is.
    pub fn open(path: &Path) -> Result<Self> {
        let values = match fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is damaged: start with --fresh", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("can't read {}", path.display())),
        };
        Ok(Self { path: path.to_owned(), values: Mutex::new(values) })
    }

    /// The secret of that name: 32 random bytes in base64url, made at the first call.
    pub fn get(&self, name: &str) -> Result<String> {
        let mut values = self.values.lock().map_err(|_| anyhow!("the secrets' lock is poisoned"))?;
        if let Some(value) = values.get(name) {
            return Ok(value.clone());
        }
        let value = random()?;
        values.insert(name.to_owned(), value.clone());
        crate::layout::write_private(&self.path, &serde_json::to_string_pretty(&*values)?)?;
        Ok(value)
    }
}

/// 32 random bytes in base64url.
pub fn random() -> Result<String> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow!("the system gives no random bytes"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_private() {
        let path = std::env::temp_dir().join(format!("devstack-secrets-{}", std::process::id()));
        let first = Secrets::open(&path).unwrap().get("a").unwrap();
        let again = Secrets::open(&path).unwrap();
        assert_eq!(again.get("a").unwrap(), first);
        assert_ne!(again.get("b").unwrap(), first);
        assert_eq!(URL_SAFE_NO_PAD.decode(&first).unwrap().len(), 32);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_file(path).unwrap();
    }
}

//! Random secrets, generated once and stored in a JSON file that only its owner may read.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The secrets of one file.
#[derive(Debug)]
pub struct Secrets {
    path: PathBuf,
    values: Mutex<BTreeMap<String, String>>,
}

impl Secrets {
    /// Reads the file, if it exists.
    pub fn open(path: &Path) -> Result<Self> {
        let values = match fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is not valid JSON: start anew with --fresh", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        Ok(Self { path: path.to_owned(), values: Mutex::new(values) })
    }

    /// The secret of that name: 32 random bytes in base64url, generated and stored at the first call.
    pub fn get(&self, name: &str) -> Result<String> {
        let mut values =
            self.values.lock().map_err(|_| anyhow!("a thread panicked while it held the secrets' lock"))?;
        if let Some(value) = values.get(name) {
            return Ok(value.clone());
        }
        let value = random()?;
        values.insert(name.to_owned(), value.clone());
        crate::layout::write_private(&self.path, &serde_json::to_string_pretty(&*values)?)?;
        Ok(value)
    }
}

/// Generates 32 random bytes in base64url.
pub fn random() -> Result<String> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow!("the system's random number generator failed"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_generated_once_and_stored_with_mode_0600() {
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

//! The tokens of a browser session. They are encrypted in the database.

use chassis::secret::Sealer;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: Option<String>,
    /// Sent to login as `id_token_hint` at sign-out.
    pub id_token: String,
}

impl Tokens {
    pub fn seal(&self, sealer: &Sealer) -> Vec<u8> {
        sealer.seal(&serde_json::to_vec(self).expect("strings can be written as JSON"))
    }

    /// Decrypts stored tokens; `None` when the key has changed since.
    pub fn open(sealer: &Sealer, sealed: &[u8]) -> Option<Self> {
        serde_json::from_slice(&sealer.open(sealed).ok()?).ok()
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

#[cfg(test)]
mod tests {
    use chassis::config::SecretKey;

    use super::*;

    #[test]
    fn sealed_tokens_open_only_with_their_key() {
        let (sealer, other) = (Sealer::new(&SecretKey::from([1; 32])), Sealer::new(&SecretKey::from([2; 32])));
        let tokens = Tokens { access_token: "a".into(), refresh_token: None, id_token: "i".into() };
        let sealed = tokens.seal(&sealer);
        assert_eq!(Tokens::open(&sealer, &sealed).map(|tokens| tokens.id_token).as_deref(), Some("i"));
        assert!(Tokens::open(&other, &sealed).is_none());
        assert_eq!(format!("{tokens:?}"), "Tokens(…)");
    }
}

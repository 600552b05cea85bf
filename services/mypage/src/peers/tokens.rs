//! The tokens of a browser session: opened when they are used, sealed whenever they are stored.

use chassis::secret::Sealer;
use serde::{Deserialize, Serialize};

/// What login's token endpoint answered.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// For calls on behalf of the person.
    pub access_token: String,
    /// For the next access token.
    pub refresh_token: Option<String>,
    /// Who signed in; told to login when the person signs out.
    pub id_token: String,
}

impl Tokens {
    /// The tokens as they are stored.
    pub fn seal(&self, sealer: &Sealer) -> Vec<u8> {
        sealer.seal(&serde_json::to_vec(self).expect("strings are JSON"))
    }

    /// Stored tokens; nothing when the key was changed since: the person signs in again then.
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
    fn sealed_tokens_open_with_the_same_key_only() {
        let (sealer, other) = (Sealer::new(&SecretKey::from([1; 32])), Sealer::new(&SecretKey::from([2; 32])));
        let tokens = Tokens { access_token: "a".into(), refresh_token: None, id_token: "i".into() };
        let sealed = tokens.seal(&sealer);
        assert_eq!(Tokens::open(&sealer, &sealed).map(|tokens| tokens.id_token).as_deref(), Some("i"));
        assert!(Tokens::open(&other, &sealed).is_none());
        assert_eq!(format!("{tokens:?}"), "Tokens(…)");
    }
}

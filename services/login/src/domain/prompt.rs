//! The parameter `prompt` of an authorization request (OpenID Connect Core §3.1.2.1).

use super::oauth::{Code, Refusal};

/// The interactions that a client requests. Unknown values are ignored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prompt {
    /// No interaction: fail instead.
    pub none: bool,
    /// Sign in again.
    pub login: bool,
    /// Ask for consent again.
    pub consent: bool,
    /// Let the person choose the account.
    pub select_account: bool,
}

impl Prompt {
    /// Fails with `invalid_request` when `none` is combined with another value.
    pub fn parse(text: Option<&str>) -> Result<Self, Refusal> {
        let words = || text.unwrap_or_default().split_ascii_whitespace();
        let has = |word| words().any(|each| each == word);
        let prompt = Self {
            none: has("none"),
            login: has("login"),
            consent: has("consent"),
            select_account: has("select_account"),
        };
        if prompt.none && words().count() > 1 {
            return Err(Code::InvalidRequest.because("prompt=none cannot be combined with other values"));
        }
        Ok(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_cannot_be_combined() {
        assert_eq!(Prompt::parse(None), Ok(Prompt::default()));
        assert_eq!(
            Prompt::parse(Some("login  consent")).map(|prompt| (prompt.login, prompt.consent)),
            Ok((true, true))
        );
        assert!(Prompt::parse(Some("none login")).is_err());
    }
}

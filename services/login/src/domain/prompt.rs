//! `prompt` of an authorization request: what the person is to be asked (OpenID Connect Core §3.1.2.1).

use super::oauth::{Code, Refusal};

/// What a client wants the person to be asked. Unknown words are left alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Ask nothing, fail instead.
    pub none: bool,
    /// Sign in again.
    pub login: bool,
    /// Ask for consent again.
    pub consent: bool,
    /// Let the person say who goes on.
    pub select_account: bool,
}

impl Prompt {
    /// Reads the parameter.
    ///
    /// # Errors
    /// `invalid_request` when `none` does not stand alone.
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
            return Err(Code::InvalidRequest.because("prompt=none stands alone"));
        }
        Ok(prompt)
    }
}

/// The parameter without some of its words: what has been asked is not asked for ever.
pub fn without(text: &str, asked: &[&str]) -> String {
    text.split_ascii_whitespace().filter(|word| !asked.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone_and_words_are_taken_out() {
        assert_eq!(Prompt::parse(None), Ok(Prompt::default()));
        assert_eq!(
            Prompt::parse(Some("login  consent")).map(|prompt| (prompt.login, prompt.consent)),
            Ok((true, true))
        );
        assert!(Prompt::parse(Some("none login")).is_err());
        assert_eq!(without("login consent", &["login"]), "consent");
        assert_eq!(without("select_account login", &["login", "select_account"]), "");
    }
}

//! What a password must be, after NIST SP 800-63B: long, and not among the first that are tried.

use chassis::problem::FieldError;
use secrecy::{ExposeSecret, SecretString};

const SHORTEST: usize = 12;
const LONGEST: usize = 128;

/// What must be left of a password without what everyone who knows the person would try.
const LEFT: usize = 8;

/// The most common passwords that are long enough to pass otherwise. Most are from the lists of zxcvbn and zxcvbn-ts
/// (MIT, see `common_passwords.LICENSE`).
const COMMON: &str = include_str!("common_passwords.txt");

/// The 3 000 most common passwords that are one word and shorter, from the same lists.
const WORDS: &str = include_str!("common_words.txt");

/// Names of ours.
const PRODUCTS: [&str; 3] = ["login", "mypage", "devops"];

/// A password that may be chosen.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

impl NewPassword {
    /// Checks a choice.
    ///
    /// # Errors
    /// When it is too short, too long, or too common.
    pub fn parse(field: &str, text: SecretString) -> Result<Self, FieldError> {
        let length = text.expose_secret().chars().count();
        if length < SHORTEST {
            return Err(FieldError::new(field, "too_short", "must have at least 12 characters"));
        }
        if length > LONGEST {
            return Err(FieldError::new(field, "too_long", "must have at most 128 characters"));
        }
        if is_common(text.expose_secret()) {
            return Err(FieldError::new(field, "too_common", "is among the passwords that are tried first"));
        }
        Ok(Self(text))
    }

    /// Refuses a password that is little more than what is known of its person: the address and its part up to the @, names,
    /// the company's short name, or the product's.
    ///
    /// # Errors
    /// When fewer than 8 characters are left without them.
    pub fn reject_personal(self, field: &str, known: &[&str]) -> Result<Self, FieldError> {
        let whole: Vec<_> = known.iter().map(|text| text.to_lowercase()).collect();
        let known: Vec<_> =
            whole.iter().map(|text| text.rsplit_once('@').map_or(text.as_str(), |(local, _)| local)).collect();
        let parts = known.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let mut words: Vec<_> =
            parts.chain(known.iter().copied()).chain(whole.iter().map(String::as_str)).chain(PRODUCTS).collect();
        // The longest first: a word can hold another.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut left = self.0.expose_secret().to_lowercase();
        for word in
            words.into_iter().filter(|word| word.chars().count() >= 3 || !word.is_ascii() && word.chars().count() >= 2)
        {
            left = left.replace(word, "");
        }
        if left.chars().count() < LEFT {
            return Err(FieldError::new(field, "too_personal", "is made of what is known of you"));
        }
        Ok(self)
    }

    /// The password, to be hashed.
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

/// Whether a password given at sign-in is worth hashing: none longer was ever accepted.
pub fn is_plausible(text: &SecretString) -> bool {
    text.expose_secret().chars().count() <= LONGEST
}

/// Whether it is on the list, a common word with something put before or behind it, or the same few characters over and over.
fn is_common(text: &str) -> bool {
    let text = text.to_lowercase();
    let word = text.trim_matches(|character: char| !character.is_alphabetic());
    COMMON.lines().any(|line| line == text) || WORDS.lines().any(|line| line == word) || is_repeated(&text)
}

fn is_repeated(text: &str) -> bool {
    let characters: Vec<_> = text.chars().collect();
    let repeats = |length: usize| characters.iter().zip(&characters[length..]).all(|(one, next)| one == next);
    (1..=characters.len() / 2).any(repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        NewPassword::parse("password", SecretString::from(text)).err().map(|error| error.code)
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(code("짧은암호입니다만열한"), Some("too_short"));
        assert_eq!(code("one-product-one-team"), None);
        assert_eq!(code("한강공원에서자전거를탑니다"), None);
        assert_eq!(code(&"ab".repeat(65)), Some("too_long"));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        let commons =
            ["Password1234", "123456789012", "qwertyuiop123", "aaaaaaaaaaaaaa", "!!dragon20262026", "1990--monkey"];
        for common in commons.into_iter().chain(["teamteamteam", "한강한강한강한강한강한강", "abcdefabcdefabc"])
        {
            assert_eq!(code(common), Some("too_common"), "{common}");
        }
    }

    #[test]
    fn what_is_known_of_a_person_does_not_count() {
        let known = ["mina@hangang.example", "Mina Kim", "Hangang Company", "hangang"];
        let left = |text: &str| {
            let password = NewPassword::parse("password", SecretString::from(text)).expect("long enough");
            password.reject_personal("password", &known).err().map(|error| error.code)
        };
        for personal in ["hangang-mina-2026", "MinaKimHangang!", "login-hangang-1", "mypage-mina-kim"] {
            assert_eq!(left(personal), Some("too_personal"), "{personal}");
        }
        assert_eq!(left("one-product-one-team"), None);
        assert_eq!(left("mina-walks-along-the-river"), None, "more than enough is left");
    }

    #[test]
    fn the_list_is_in_lower_case_and_long_enough_to_matter() {
        assert!(COMMON.lines().all(|line| line.chars().count() >= SHORTEST && line == line.to_lowercase()));
    }
}

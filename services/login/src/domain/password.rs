//! Rules for new passwords, after NIST SP 800-63B: long enough, and not a common password.
//!
//! A password is normalized to NFC before it is measured, hashed or checked: macOS and Windows type the same letter as
//! different characters. NFKC would make different passwords equal (RFC 8265, OpaqueString).

use chassis::problem::FieldError;
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::{UnicodeNormalization, is_nfc};

const MIN_LENGTH: usize = 12;
const MAX_LENGTH: usize = 128;

/// Minimum length after words about the person are removed.
const MIN_REMAINING: usize = 8;

/// The most common passwords with at least 12 characters, most of them from the lists of zxcvbn and zxcvbn-ts (MIT, see
/// `common_passwords.LICENSE`).
const COMMON: &str = include_str!("common_passwords.txt");

/// The 3 000 most common shorter passwords that are one word, from the same lists.
const WORDS: &str = include_str!("common_words.txt");

/// Names of the products.
const PRODUCTS: [&str; 3] = ["login", "mypage", "devops"];

/// A password that a person may choose, in NFC.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

impl NewPassword {
    /// Validates the length and refuses common passwords.
    pub fn parse(field: &str, text: &SecretString) -> Result<Self, FieldError> {
        let text = normalized(text);
        let length = text.expose_secret().chars().count();
        if length < MIN_LENGTH {
            return Err(FieldError::new(field, "too_short", "must have at least 12 characters"));
        }
        if length > MAX_LENGTH {
            return Err(FieldError::new(field, "too_long", "must have at most 128 characters"));
        }
        if is_common(text.expose_secret()) {
            return Err(FieldError::new(field, "too_common", "is a common password"));
        }
        Ok(Self(text))
    }

    /// Refuses a password that consists mostly of words about the person: the e-mail address, its local part, names,
    /// the tenant's slug, the products.
    ///
    /// # Errors
    /// When fewer than 8 characters remain without those words.
    pub fn reject_personal(self, field: &str, known: &[&str]) -> Result<Self, FieldError> {
        let whole: Vec<String> = known.iter().map(|text| text.to_lowercase().nfc().collect()).collect();
        let known: Vec<_> =
            whole.iter().map(|text| text.rsplit_once('@').map_or(text.as_str(), |(local, _)| local)).collect();
        let parts = known.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let mut words: Vec<_> =
            parts.chain(known.iter().copied()).chain(whole.iter().map(String::as_str)).chain(PRODUCTS).collect();
        // The longest word first: a word can contain another.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut left = self.0.expose_secret().to_lowercase();
        for word in
            words.into_iter().filter(|word| word.chars().count() >= 3 || !word.is_ascii() && word.chars().count() >= 2)
        {
            left = left.replace(word, "");
        }
        if left.chars().count() < MIN_REMAINING {
            return Err(FieldError::new(field, "too_personal", "consists mostly of words about you"));
        }
        Ok(self)
    }

    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

/// The password in NFC.
pub fn normalized(text: &SecretString) -> SecretString {
    text.expose_secret().nfc().collect::<String>().into()
}

/// The forms of a typed password that can match a hash: NFC, and as typed where that differs. A release that compared
/// bytes may have stored the hash of the typed form.
pub fn forms(typed: SecretString) -> Vec<SecretString> {
    if is_nfc(typed.expose_secret()) { vec![typed] } else { vec![normalized(&typed), typed] }
}

/// Whether the password can be correct. A password above the maximum length was never accepted, so it is not hashed.
pub fn is_plausible(text: &SecretString) -> bool {
    normalized(text).expose_secret().chars().count() <= MAX_LENGTH
}

/// Whether the password is on the list, is a common word with other characters around it, or repeats a few characters.
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
        NewPassword::parse("password", &SecretString::from(text)).err().map(|error| error.code)
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(code("짧은암호입니다만열한"), Some("too_short"));
        assert_eq!(code("one-product-one-team"), None);
        assert_eq!(code("한강공원에서자전거를탑니다"), None);
        assert_eq!(code(&"ab".repeat(65)), Some("too_long"));
    }

    #[test]
    fn a_password_is_measured_in_nfc() {
        let nfd: String = "한강산길".nfd().collect();
        assert_eq!(("한강산길".chars().count(), nfd.chars().count()), (4, 12));
        assert_eq!(code(&nfd), Some("too_short"), "as in NFC");
        let decomposed: String = "한강공원에서자전거를탑니다".nfd().collect();
        let chosen = NewPassword::parse("password", &decomposed.into()).expect("long enough");
        assert_eq!(chosen.into_secret().expose_secret(), "한강공원에서자전거를탑니다");
        let long: String = "각".repeat(128).nfd().collect();
        assert!(is_plausible(&long.into()) && code("ﬁﬁﬁﬁﬁﬁ") == Some("too_short"), "no NFKC");
    }

    #[test]
    fn common_passwords_are_refused() {
        let commons =
            ["Password1234", "123456789012", "qwertyuiop123", "aaaaaaaaaaaaaa", "!!dragon20262026", "1990--monkey"];
        for common in commons.into_iter().chain(["teamteamteam", "한강한강한강한강한강한강", "abcdefabcdefabc"])
        {
            assert_eq!(code(common), Some("too_common"), "{common}");
        }
    }

    #[test]
    fn words_about_the_person_do_not_count() {
        let known = ["mina@hangang.example", "Mina Kim", "Hangang Company", "hangang"];
        let code_of = |text: &str| {
            let password = NewPassword::parse("password", &SecretString::from(text)).expect("long enough");
            password.reject_personal("password", &known).err().map(|error| error.code)
        };
        for personal in ["hangang-mina-2026", "MinaKimHangang!", "login-hangang-1", "mypage-mina-kim"] {
            assert_eq!(code_of(personal), Some("too_personal"), "{personal}");
        }
        assert_eq!(code_of("one-product-one-team"), None);
        assert_eq!(code_of("mina-walks-along-the-river"), None, "enough characters remain");
    }

    #[test]
    fn the_list_is_in_lower_case_and_long_enough() {
        assert!(COMMON.lines().all(|line| line.chars().count() >= MIN_LENGTH && line == line.to_lowercase()));
    }
}

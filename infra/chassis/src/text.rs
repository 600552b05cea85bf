//! Texts for people in Korean and English, from Fluent files.
//!
//! To show a text:
//! 1. add `sign-in = Sign in` to `locales/<language>/*.ftl`, in each language;
//! 2. take [`AcceptLocale`] in the handler, or call [`Locale::negotiate`] if the person has chosen a language;
//! 3. give the template a field `t: Texts` and write `{{ t.get("sign-in") }}`, or
//!    `{{ t.with("hello", &[("name", name)]) }}` for `hello = Hello { $name }`.
//!
//! To show an amount of money or a count: [`money`] and [`count`].
//!
//! A product has one test that calls [`assert_complete`]. It fails for a text that is missing in a language.

use std::{borrow::Cow, collections::HashMap, convert::Infallible, fmt, str::FromStr};

use axum::extract::FromRequestParts;
use fluent_templates::{LanguageIdentifier, Loader, StaticLoader, fluent_bundle::FluentValue, langid};
use http::{HeaderValue, header, request::Parts};
use serde::{Deserialize, Serialize};

use crate::problem::FieldError;

mod amount;
mod complete;
mod single_line;

pub use amount::{count, decimals, money};
pub use complete::assert_complete;
pub use single_line::single_line;

/// A supported language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Korean.
    Ko,
    /// English, the default.
    #[default]
    En,
}

impl Locale {
    /// All supported languages.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// The BCP 47 tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// Parses the value of a request's field.
    ///
    /// # Errors
    /// `unsupported_locale` with the field's name.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        text.parse().map_err(|()| FieldError::new(field, "unsupported_locale", "must be ko or en"))
    }

    /// Reads a stored language. One that a newer version has stored is read as the default.
    pub fn stored(text: &str) -> Self {
        text.parse().unwrap_or_default()
    }

    /// Chooses the language of the claim, else of the header `Accept-Language`, else English. A claim may list several
    /// languages, separated by spaces, as `ui_locales` does: the first supported one counts.
    pub fn negotiate(claim: Option<&str>, accept_language: Option<&HeaderValue>) -> Self {
        let first_supported = |claim: &str| claim.split_ascii_whitespace().find_map(|tag| tag.parse().ok());
        let claimed = claim.and_then(first_supported);
        let header = || accept_language.and_then(|header| header.to_str().ok());
        claimed.or_else(|| preferred(header()?)).unwrap_or_default()
    }

    const fn language(self) -> LanguageIdentifier {
        match self {
            Self::Ko => langid!("ko"),
            Self::En => langid!("en"),
        }
    }
}

/// The supported language with the highest weight: Korean for `fr, ko;q=0.8, en;q=0.5` (RFC 9110, section 12.5.4).
fn preferred(accept_language: &str) -> Option<Locale> {
    let mut best: Option<(f32, Locale)> = None;
    for range in accept_language.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix(['q', 'Q']).and_then(|weight| weight.strip_prefix('='));
        let weight = weight.map_or(Ok(1.0), str::parse).unwrap_or(0.0);
        if let Ok(locale) = tag.trim().parse()
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

impl FromStr for Locale {
    type Err = ();

    /// Parses the language of a BCP 47 tag: `ko-KR` is Korean.
    fn from_str(tag: &str) -> Result<Self, ()> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| locale.as_str().eq_ignore_ascii_case(language)).ok_or(())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Extracts the language from the header `Accept-Language`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptLocale(pub Locale);

impl<S: Send + Sync> FromRequestParts<S> for AcceptLocale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(Locale::negotiate(None, parts.headers.get(header::ACCEPT_LANGUAGE))))
    }
}

/// The texts of a product in one language.
#[derive(Clone, Copy)]
pub struct Texts {
    /// The language.
    pub locale: Locale,
    loader: &'static StaticLoader,
}

impl Texts {
    /// Selects the texts of a `static_loader!` in this language.
    pub fn new(loader: &'static StaticLoader, locale: Locale) -> Self {
        Self { locale, loader }
    }

    /// The text of this key. A missing text is shown as its key; [`assert_complete`] finds it in a test.
    pub fn get(&self, key: &str) -> String {
        let text = self.loader.try_lookup(&self.locale.language(), key);
        text.unwrap_or_else(|| key.to_owned())
    }

    /// The text of this key with arguments: strings, or numbers, which select a plural form. To mix both, pass
    /// [`FluentValue`]s.
    pub fn with<'a, V: Clone + Into<FluentValue<'a>>>(&self, key: &str, arguments: &[(&'static str, V)]) -> String {
        let named = |(name, value): &(&'static str, V)| (Cow::Borrowed(*name), value.clone().into());
        let arguments: HashMap<_, _> = arguments.iter().map(named).collect();
        let text = self.loader.try_lookup_with_args(&self.locale.language(), key, &arguments);
        // Removes the direction marks around arguments: no language is written right to left, and they break copy and paste.
        text.map_or_else(|| key.to_owned(), |text| text.replace(['\u{2068}', '\u{2069}'], ""))
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Texts").field(&self.locale).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(claim: Option<&str>, header: &'static str) -> Locale {
        Locale::negotiate(claim, Some(&HeaderValue::from_static(header)))
    }

    #[test]
    fn the_claim_has_precedence() {
        assert_eq!(negotiate(Some("ko-KR"), "en"), Locale::Ko);
        assert_eq!(negotiate(Some("fr"), "ko"), Locale::Ko);
        assert_eq!(negotiate(Some("fr ko"), "en"), Locale::Ko, "the first supported one");
        assert_eq!(negotiate(Some("  fr-CA  en-GB ko"), "ko"), Locale::En);
        assert_eq!(negotiate(Some(""), "ko"), Locale::Ko);
        assert_eq!(Locale::negotiate(None, None), Locale::En);
    }

    #[test]
    fn the_highest_weight_wins_then_the_first() {
        assert_eq!(negotiate(None, "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7"), Locale::Ko);
        assert_eq!(negotiate(None, "fr, ko;q=0.5, en;q=0.8"), Locale::En);
        assert_eq!(negotiate(None, "ko;Q=0.5, en;Q=0.8"), Locale::En);
        assert_eq!(negotiate(None, "en, ko"), Locale::En);
        assert_eq!(negotiate(None, "ko;q=0, de"), Locale::En);
        assert_eq!(negotiate(None, ";;q=,,"), Locale::En);
    }

    #[test]
    fn an_unsupported_language_names_the_field() {
        assert_eq!(Locale::parse("locale", "fr").expect_err("unsupported").field, "locale");
    }
}

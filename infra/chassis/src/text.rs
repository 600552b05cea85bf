//! Texts for people, in Korean and English, from Fluent files.
//!
//! To show one: 1. write `sign-in = Sign in` in each `locales/<language>/*.ftl`; 2. take [`AcceptLocale`] in the handler,
//! or [`Locale::negotiate`] where the person's own choice is known; 3. give the template a `t: Texts` and write
//! `{{ t.get("sign-in") }}`, or `{{ t.with("hello", &[("name", name)]) }}` for `hello = Hello { $name }`.
//! A product has one test that calls [`assert_complete`]: it fails for a text that one language lacks.

use std::{borrow::Cow, collections::HashMap, convert::Infallible, fmt, str::FromStr};

use axum::extract::FromRequestParts;
use fluent_templates::{LanguageIdentifier, Loader, StaticLoader, fluent_bundle::FluentValue, langid};
use http::{HeaderValue, header, request::Parts};
use serde::{Deserialize, Serialize};

use crate::problem::FieldError;

mod complete;
mod single_line;

pub use complete::assert_complete;
pub use single_line::single_line;

/// A language that the products speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Korean.
    Ko,
    /// English, for everyone else.
    #[default]
    En,
}

impl Locale {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// The BCP 47 tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// Reads a language from the field of a request.
    ///
    /// # Errors
    /// When it is none of ours: names the field.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        text.parse().map_err(|()| FieldError::new(field, "unsupported_locale", "must be ko or en"))
    }

    /// The person's own choice, else what the browser asks for, else English.
    pub fn negotiate(claim: Option<&str>, accept_language: Option<&HeaderValue>) -> Self {
        let claimed = claim.and_then(|claim| claim.parse().ok());
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

/// The first of our languages with the highest weight: `fr, ko;q=0.8, en;q=0.5` is Korean.
fn preferred(accept_language: &str) -> Option<Locale> {
    let mut best: Option<(f32, Locale)> = None;
    for range in accept_language.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse).unwrap_or(0.0);
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

    /// Reads a tag by its language: `ko-KR` is Korean.
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

/// The language of `Accept-Language`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptLocale(pub Locale);

impl<S: Send + Sync> FromRequestParts<S> for AcceptLocale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(Locale::negotiate(None, parts.headers.get(header::ACCEPT_LANGUAGE))))
    }
}

/// A product's texts in one language.
#[derive(Clone, Copy)]
pub struct Texts {
    /// The language.
    pub locale: Locale,
    loader: &'static StaticLoader,
}

impl Texts {
    /// The texts of `static_loader!` in this language.
    pub fn new(loader: &'static StaticLoader, locale: Locale) -> Self {
        Self { locale, loader }
    }

    /// The text of this key. A key that nobody wrote shows itself; [`assert_complete`] finds it before anyone sees it.
    pub fn get(&self, key: &str) -> String {
        let text = self.loader.try_lookup(&self.locale.language(), key);
        text.unwrap_or_else(|| key.to_owned())
    }

    /// The text of this key with its arguments: texts, or numbers, which choose a plural. For both at once give
    /// [`FluentValue`](fluent_templates::fluent_bundle::FluentValue)s.
    pub fn with<'a, V: Clone + Into<FluentValue<'a>>>(&self, key: &str, arguments: &[(&'static str, V)]) -> String {
        let named = |(name, value): &(&'static str, V)| (Cow::Borrowed(*name), value.clone().into());
        let arguments: HashMap<_, _> = arguments.iter().map(named).collect();
        let text = self.loader.try_lookup_with_args(&self.locale.language(), key, &arguments);
        // Marks of direction around each argument: we have no right-to-left language, and they break copy and paste.
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
    fn the_persons_choice_comes_first() {
        assert_eq!(negotiate(Some("ko-KR"), "en"), Locale::Ko);
        assert_eq!(negotiate(Some("fr"), "ko"), Locale::Ko);
        assert_eq!(Locale::negotiate(None, None), Locale::En);
    }

    #[test]
    fn weights_decide_then_order() {
        assert_eq!(negotiate(None, "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7"), Locale::Ko);
        assert_eq!(negotiate(None, "fr, ko;q=0.5, en;q=0.8"), Locale::En);
        assert_eq!(negotiate(None, "en, ko"), Locale::En);
        assert_eq!(negotiate(None, "ko;q=0, de"), Locale::En);
        assert_eq!(negotiate(None, ";;q=,,"), Locale::En);
    }

    #[test]
    fn a_foreign_language_names_the_field() {
        assert_eq!(Locale::parse("locale", "fr").expect_err("not ours").field, "locale");
    }
}

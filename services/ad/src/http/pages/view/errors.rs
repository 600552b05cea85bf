//! The errors of a form, each beside its field and in the language of the person.

use std::collections::HashMap;

use chassis::{
    problem::FieldError,
    text::{Texts, count},
};

use super::Localizer;
use crate::domain::money::Currency;

/// The text of the first error of each field, by the name of the field in the form.
#[derive(Clone, Debug, Default)]
pub(in crate::http::pages) struct Errors(HashMap<String, String>);

impl Errors {
    pub(in crate::http::pages) fn new(localizer: &Localizer, currency: Currency, errors: &[FieldError]) -> Self {
        let mut texts = HashMap::new();
        for error in errors {
            // "bid.micros" and "interests[0]" belong to "bid" and "interests".
            let field = match error.field.as_str() {
                "image.alt" => "image_alt",
                field => field.split(['.', '[']).next().unwrap_or_default(),
            };
            texts.entry(field.to_owned()).or_insert_with(|| text(localizer, currency, field, error.code));
        }
        Self(texts)
    }

    pub(in crate::http::pages) fn get(&self, field: &str) -> Option<String> {
        self.0.get(field).cloned()
    }

    pub(in crate::http::pages) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn text(localizer: &Localizer, currency: Currency, field: &str, code: &str) -> String {
    let t = &localizer.t;
    let money = |micros: i64| localizer.money(micros, currency.code());
    match (field, code) {
        (_, "required") => t.get("invalid-required"),
        (_, "too_long") => t.with("invalid-too-long", &[("max", longest(field))]),
        ("image", code) => image(t, code),
        ("landing_url", "malformed") => t.get("invalid-url"),
        ("bid" | "daily_budget" | "total_budget", "malformed") => t.get("invalid-amount"),
        ("bid", "too_small") => t.with("invalid-bid-too-small", &[("least", money(currency.floor()))]),
        ("bid", "too_large") => t.get("invalid-bid-too-large"),
        (_, "too_small") => t.get("invalid-budget-too-small"),
        (_, "too_large") => t.get("invalid-too-large"),
        (_, "not_payable") => t.with("invalid-not-payable", &[("step", money(currency.step()))]),
        (_, "currency_mismatch" | "currency_not_supported") => t.get("problem-currency"),
        ("ends_on", "before_start") => t.get("invalid-before-start"),
        ("ends_on", "in_the_past") => t.get("invalid-in-the-past"),
        ("starts_on" | "ends_on", _) => t.get("invalid-date"),
        ("frequency_cap", _) => t.get("invalid-frequency"),
        ("status", code) => status(t, code),
        _ => t.get("invalid-value"),
    }
}

fn status(t: &Texts, code: &str) -> String {
    if code == "rejected" { t.get("invalid-rejected") } else { t.get("invalid-status") }
}

fn image(t: &Texts, code: &str) -> String {
    match code {
        "unsupported" => t.get("invalid-image-kind"),
        "too_large" => t.get("invalid-image-too-large"),
        "quota_exceeded" => t.get("invalid-image-quota"),
        "busy" => t.get("invalid-image-busy"),
        "unknown" => t.get("invalid-image-unknown"),
        _ => t.get("invalid-image-unreadable"),
    }
}

fn longest(field: &str) -> String {
    count(match field {
        "name" => 100,
        "headline" => 60,
        "body" | "image_alt" => 140,
        _ => 2_000,
    })
}

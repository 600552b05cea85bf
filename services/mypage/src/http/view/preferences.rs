//! The card of interests and consent.

use askama::Template;
use chassis::text::Texts;

use crate::domain::{interest::Interest, preferences::Preferences};

#[derive(Template)]
#[template(path = "parts/preferences.html")]
pub(in crate::http) struct PreferencesCard {
    pub(in crate::http) t: Texts,
    pub(in crate::http) interests: Vec<Chip>,
    pub(in crate::http) ad_consent: bool,
    pub(in crate::http) saved: bool,
    pub(in crate::http) page_session: String,
}

pub(in crate::http) struct Chip {
    pub(in crate::http) value: &'static str,
    pub(in crate::http) label: String,
    pub(in crate::http) chosen: bool,
}

impl PreferencesCard {
    /// `saved` confirms that the form was just saved.
    pub(in crate::http) fn new(t: Texts, preferences: &Preferences, page_session: String, saved: bool) -> Self {
        let chip = |interest: Interest| Chip {
            value: interest.name(),
            label: label(&t, interest),
            chosen: preferences.choice.likes(interest),
        };
        let interests = Interest::ALL.into_iter().map(chip).collect();
        Self { interests, ad_consent: preferences.choice.ad_consent(), saved, page_session, t }
    }
}

fn label(t: &Texts, interest: Interest) -> String {
    match interest {
        Interest::BooksAndLiterature => t.get("interest-books-and-literature"),
        Interest::FoodAndDrink => t.get("interest-food-and-drink"),
        Interest::HealthyLiving => t.get("interest-healthy-living"),
        Interest::Hobbies => t.get("interest-hobbies"),
        Interest::HomeAndGarden => t.get("interest-home-and-garden"),
        Interest::Music => t.get("interest-music"),
        Interest::Sports => t.get("interest-sports"),
        Interest::StyleAndFashion => t.get("interest-style-and-fashion"),
        Interest::TechnologyAndComputing => t.get("interest-technology-and-computing"),
        Interest::Travel => t.get("interest-travel"),
    }
}

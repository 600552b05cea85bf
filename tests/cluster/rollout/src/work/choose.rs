//! A person chooses. It is never tried again; a person's changes come one at a time, so each answer's version is known.

use chassis::config::PublicUrl;
use contracts::{common::v1::Interest, mypage::v1::UpdatePreferencesRequest};
use reqwest::{StatusCode, header::ORIGIN};
use tokio::time::Instant;

use super::Work;
use crate::{
    kinds::{self, Kind},
    ordinary::{Done, Twice, ordinary},
    peers,
    person::{Choices, Person},
};

/// What can be chosen: its number in the contract is its place here, and 1.
const INTERESTS: [&str; 10] = [
    "books_and_literature",
    "food_and_drink",
    "healthy_living",
    "hobbies",
    "home_and_garden",
    "music",
    "sports",
    "style_and_fashion",
    "technology_and_computing",
    "travel",
];

impl Work {
    /// By form and by gRPC in turn. What is chosen differs from what was chosen before: the same again would change nothing.
    pub(super) async fn choose(&self, number: u64, due: Instant) {
        let person = self.person(number);
        let mut choices = person.choices.lock().await;
        let interest = choices.tried % INTERESTS.len();
        choices.tried += 1;
        let turn = number / self.people.len() as u64;
        let (kind, done): (Kind, _) = if turn.is_multiple_of(2) {
            (kinds::PREFERENCES_FORM, send_form(person, turn / 2, &self.places.mypage, INTERESTS[interest]).await)
        } else {
            (kinds::UPDATE_PREFERENCES, self.update(person, interest, &choices).await)
        };
        if self.record(kind, due, done).is_some() {
            choices.answered += 1;
        }
    }

    async fn update(&self, person: &Person, interest: usize, choices: &Choices) -> Done<()> {
        let interests = vec![Interest::try_from(interest as i32 + 1).unwrap_or_default().into()];
        let message = UpdatePreferencesRequest { interests, ad_consent: true };
        let send = async |request| self.peers.mypage.clone().update_preferences(request).await;
        let done = peers::call(Twice::Harmful, &person.token(), message, send).await;
        let (expected, sure) = (choices.answered as i64 + 1, choices.answered as usize + 1 == choices.tried);
        let result = done.result.and_then(|answer| match answer.preferences.map_or(0, |now| now.version) {
            // After a change without an answer nobody knows.
            version if version == expected || !sure => Ok(()),
            version => Err(format!("version {version} where {expected} is next")),
        });
        Done { result, retried: done.retried }
    }
}

async fn send_form(person: &Person, number: u64, mypage: &PublicUrl, interest: &str) -> Done<()> {
    let (url, origin) = (mypage.join("/preferences"), mypage.origin());
    let form = [("interests", interest), ("ad_consent", "yes")];
    ordinary(Twice::Harmful, || async {
        let request = |client: &reqwest::Client| client.post(&url).header(ORIGIN, &origin).form(&form);
        person.browser.send(number, request).await?.with(StatusCode::SEE_OTHER).map(drop)
    })
    .await
}

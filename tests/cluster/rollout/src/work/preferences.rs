//! Changes of preferences. They are never retried, and a person's changes are sequential, so each response's version is known.

use chassis::config::PublicUrl;
use contracts::{common::v1::Interest, mypage::v1::UpdatePreferencesRequest};
use reqwest::{StatusCode, header::ORIGIN};
use tokio::time::Instant;

use super::Work;
use crate::{
    kinds::{self, Kind},
    peers,
    person::{Person, PreferenceChanges},
    retry::{CallResult, Idempotency, with_retry},
};

/// Interests by their number in the contract minus 1.
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
    /// Changes preferences, alternately by form and by gRPC. Each change differs from the last one, else it would have no effect.
    pub(super) async fn change_preferences(&self, number: u64, due: Instant) {
        let person = self.person(number);
        let mut changes = person.changes.lock().await;
        let interest = changes.tried % INTERESTS.len();
        changes.tried += 1;
        let request_number = number / self.people.len() as u64;
        let (kind, done): (Kind, _) = if request_number.is_multiple_of(2) {
            (
                kinds::PREFERENCES_FORM,
                send_form(person, request_number / 2, &self.addresses.mypage, INTERESTS[interest]).await,
            )
        } else {
            (kinds::UPDATE_PREFERENCES, self.update(person, interest, &changes).await)
        };
        if self.record(kind, due, done).is_some() {
            changes.answered += 1;
        }
    }

    async fn update(&self, person: &Person, interest: usize, changes: &PreferenceChanges) -> CallResult<()> {
        let interests = vec![Interest::try_from(interest as i32 + 1).unwrap_or_default().into()];
        let message = UpdatePreferencesRequest { interests, ad_consent: true };
        let send = async |request| self.peers.mypage.clone().update_preferences(request).await;
        let done = peers::call(Idempotency::NotIdempotent, &person.token(), message, send).await;
        let (expected, sure) = (changes.answered as i64 + 1, changes.answered as usize + 1 == changes.tried);
        let result = done.result.and_then(|answer| match answer.preferences.map_or(0, |now| now.version) {
            // After a change without a response, the version is unknown.
            version if version == expected || !sure => Ok(()),
            version => Err(format!("version {version} instead of {expected}")),
        });
        CallResult { result, retried: done.retried }
    }
}

async fn send_form(person: &Person, number: u64, mypage: &PublicUrl, interest: &str) -> CallResult<()> {
    let (url, origin) = (mypage.join("/preferences"), mypage.origin());
    let form = [("interests", interest), ("ad_consent", "yes")];
    with_retry(Idempotency::NotIdempotent, || async {
        let request = |client: &reqwest::Client| client.post(&url).header(ORIGIN, &origin).form(&form);
        person.browser.send(number, request).await?.with(StatusCode::SEE_OTHER).map(drop)
    })
    .await
}

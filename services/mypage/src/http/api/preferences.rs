//! PUT /v1/preferences.

use axum::extract::State;
use chassis::{
    auth::Person,
    http::{Changes, Json},
    problem::{FieldError, Problem},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    domain::{
        interest::Interest,
        preferences::{Choice, MAX_INTERESTS, Preferences},
    },
    error::Error,
    usecase::update_preferences::update_preferences,
};

/// Interests and consent to store.
#[derive(Deserialize, ToSchema)]
pub struct PreferencesBody {
    /// All interests of the person, such as `music` and `food_and_drink`.
    #[schema(example = json!(["music", "travel"]), max_items = 100)]
    interests: Vec<String>,
    /// Whether ads may be selected by the interests.
    ad_consent: bool,
}

/// Stored interests and consent.
#[derive(Serialize, ToSchema)]
pub struct PreferencesView {
    /// Interests of the person.
    interests: Vec<&'static str>,
    /// Whether ads may be selected by the interests.
    ad_consent: bool,
    /// Number of changes; 0 before the first choice.
    version: i64,
}

impl From<&Preferences> for PreferencesView {
    fn from(preferences: &Preferences) -> Self {
        Self {
            interests: preferences.choice.interests().iter().map(|interest| interest.name()).collect(),
            ad_consent: preferences.choice.ad_consent(),
            version: preferences.version,
        }
    }
}

/// Replaces the caller's interests and consent.
#[utoipa::path(put, path = "/v1/preferences", tag = "preferences", request_body = PreferencesBody,
    responses((status = OK, body = PreferencesView), (status = UNPROCESSABLE_ENTITY, body = Problem), (status = UNAUTHORIZED, body = Problem)))]
pub(super) async fn replace(
    State(app): State<App>,
    person: Person,
    Changes { body, .. }: Changes<PreferencesBody, PreferencesView>,
) -> Result<Json<PreferencesView>, Problem> {
    let choice = Choice::new(read_interests(&body.interests)?, body.ad_consent);
    let preferences = update_preferences(&app, (person.tenant_id, person.user_id), choice).await?;
    Ok(Json(PreferencesView::from(&preferences)))
}

/// Parses interests; the error names each unknown one.
pub(in crate::http) fn read_interests(names: &[String]) -> Result<Vec<Interest>, Error> {
    if names.len() > MAX_INTERESTS {
        return Err(FieldError::new("interests", "too_many", format!("must be at most {MAX_INTERESTS}")).into());
    }
    let read = |(i, name): (usize, &String)| {
        Interest::from_name(name).ok_or_else(|| {
            FieldError::new(format!("interests[{i}]"), "unknown_interest", "must be an interest such as music")
        })
    };
    let (good, bad): (Vec<_>, Vec<_>) = names.iter().enumerate().map(read).partition(Result::is_ok);
    if bad.is_empty() {
        return Ok(good.into_iter().filter_map(Result::ok).collect());
    }
    Err(Error::Invalid(bad.into_iter().filter_map(Result::err).collect()))
}

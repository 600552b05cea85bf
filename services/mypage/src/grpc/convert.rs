//! Between the contracts' types and ours.

use chassis::{auth::Person, http::Cursor, problem::FieldError};
use contracts::{
    common::v1::Interest as Wire,
    convert::timestamp,
    mypage::v1::{self as wire, GetPageResponse, UpdatePreferencesRequest, WatchActivityResponse},
};

use crate::{
    domain::{
        activity::{Activity, ActivityId, ActivityKind},
        interest::Interest,
        preferences::{Choice, Preferences},
    },
    error::Error,
    usecase::caller_page::CallerPage,
};

/// The interests chosen, as the contract numbers them.
pub fn interests(choice: &Choice) -> Vec<i32> {
    choice.interests().iter().map(|interest| to_wire(*interest).into()).collect()
}

pub(super) fn choice(request: &UpdatePreferencesRequest) -> Result<Choice, Error> {
    let read = |(i, number): (usize, &i32)| {
        let interest = Interest::ALL.into_iter().find(|interest| i32::from(to_wire(*interest)) == *number);
        interest.ok_or_else(|| FieldError::new(format!("interests[{i}]"), "unknown_interest", "must be an interest"))
    };
    let interests = request.interests.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Choice::new(interests, request.ad_consent))
}

pub(super) fn preferences(preferences: &Preferences) -> wire::Preferences {
    wire::Preferences {
        interests: interests(&preferences.choice),
        ad_consent: preferences.choice.ad_consent(),
        version: preferences.version,
    }
}

pub(super) fn page(person: &Person, page: CallerPage) -> GetPageResponse {
    GetPageResponse {
        profile: Some(wire::Profile {
            user_id: person.user_id.to_string(),
            display_name: page.profile.display_name,
            email: page.profile.email,
            locale: page.profile.locale,
            tenant_name: page.profile.tenant_name,
        }),
        preferences: Some(preferences(&page.preferences)),
        activities: page.activities.into_iter().map(activity).collect(),
        ads: page.ads,
        missing: page.missing.into_iter().map(str::to_owned).collect(),
    }
}

pub(super) fn watched(line: Activity) -> WatchActivityResponse {
    WatchActivityResponse { activity: Some(activity(line)) }
}

pub(super) fn cursor(text: &str) -> Result<Option<ActivityId>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| FieldError::new("after_cursor", "invalid_cursor", "must be the cursor of an activity, or empty");
    let cursor: Cursor = text.parse().map_err(wrong)?;
    Ok(Some(ActivityId::from(cursor.as_uuid())))
}

fn activity(activity: Activity) -> wire::Activity {
    let kind = match activity.kind {
        ActivityKind::SignedIn => wire::ActivityKind::SignedIn,
        ActivityKind::SignedOut => wire::ActivityKind::SignedOut,
        ActivityKind::AdSeen => wire::ActivityKind::AdSeen,
        ActivityKind::AdClicked => wire::ActivityKind::AdClicked,
        ActivityKind::PreferencesChanged => wire::ActivityKind::PreferencesChanged,
    };
    wire::Activity {
        activity_id: activity.activity_id.to_string(),
        kind: kind.into(),
        subject: activity.subject,
        occurred_at: Some(timestamp(activity.occurred_at)),
        cursor: Cursor::from(activity.activity_id.as_uuid()).to_string(),
    }
}

fn to_wire(interest: Interest) -> Wire {
    match interest {
        Interest::BooksAndLiterature => Wire::BooksAndLiterature,
        Interest::FoodAndDrink => Wire::FoodAndDrink,
        Interest::HealthyLiving => Wire::HealthyLiving,
        Interest::Hobbies => Wire::Hobbies,
        Interest::HomeAndGarden => Wire::HomeAndGarden,
        Interest::Music => Wire::Music,
        Interest::Sports => Wire::Sports,
        Interest::StyleAndFashion => Wire::StyleAndFashion,
        Interest::TechnologyAndComputing => Wire::TechnologyAndComputing,
        Interest::Travel => Wire::Travel,
    }
}

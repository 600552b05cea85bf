//! Converts between domain types and the messages of the contract.

use chassis::{auth::Person, http::Cursor, problem::FieldError};
use contracts::{
    convert::timestamp,
    mypage::v1::{self as wire, GetPageResponse, UpdatePreferencesRequest, WatchActivityResponse},
};

use crate::{
    convert::{interest, interests},
    domain::{
        activity::{Activity, ActivityId, ActivityKind},
        interest::Interest,
        preferences::{Choice, MAX_INTERESTS, Preferences},
    },
    error::Error,
    usecase::caller_page::CallerPage,
};

pub(super) fn choice(request: &UpdatePreferencesRequest) -> Result<Choice, Error> {
    if request.interests.len() > MAX_INTERESTS {
        return Err(FieldError::new("interests", "too_many", format!("must be at most {MAX_INTERESTS}")).into());
    }
    let read = |(i, number): (usize, &i32)| {
        let found = Interest::ALL.into_iter().find(|item| i32::from(interest(*item)) == *number);
        found.ok_or_else(|| {
            FieldError::new(
                format!("interests[{i}]"),
                "unknown_interest",
                "must be one of the interests of the contract",
            )
        })
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
        ActivityKind::Other => wire::ActivityKind::Unspecified,
    };
    wire::Activity {
        activity_id: activity.activity_id.to_string(),
        kind: kind.into(),
        subject: activity.subject,
        occurred_at: Some(timestamp(activity.occurred_at)),
        cursor: Cursor::from(activity.activity_id.as_uuid()).to_string(),
    }
}

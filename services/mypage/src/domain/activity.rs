//! The activities of a person's activity timeline.

use chassis::id::UserId;
use chrono::{DateTime, Duration, Utc};

use super::source;

/// The retention of activities: a year.
pub const RETENTION: Duration = Duration::days(366);

chassis::typed_id! {
    /// The id of the event that caused the activity. Where an event of another source has the same id, the second one is
    /// derived ([`derived_id`](super::source::derived_id)).
    pub struct ActivityId
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// The subject is the device.
    SignedIn,
    /// By the person or by an admin; the subject is the device.
    SignedOut,
    /// An impression; the subject is the ad's headline.
    AdSeen,
    /// The subject is the ad's headline.
    AdClicked,
    /// Without a subject.
    PreferencesChanged,
    /// Of a kind that only a later version knows.
    Other,
}

impl ActivityKind {
    /// The kinds that this version stores.
    pub const ALL: [Self; 5] =
        [Self::SignedIn, Self::SignedOut, Self::AdSeen, Self::AdClicked, Self::PreferencesChanged];

    /// The name in the database and in the JSON API.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::AdSeen => "ad_seen",
            Self::AdClicked => "ad_clicked",
            Self::PreferencesChanged => "preferences_changed",
            Self::Other => "other",
        }
    }

    /// The source of its events: the product that publishes them.
    pub fn source(self) -> Option<&'static str> {
        match self {
            Self::SignedIn | Self::SignedOut => Some("login"),
            Self::AdSeen | Self::AdClicked => Some("ad"),
            Self::PreferencesChanged => Some(source::MYPAGE),
            Self::Other => None,
        }
    }

    /// Reads a stored name. A later version may have stored a kind that this one does not know.
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or(Self::Other)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Also the cursor of the activity.
    pub activity_id: ActivityId,
    /// Numbers a person's activities in the order in which they were stored.
    pub position: i64,
    pub kind: ActivityKind,
    /// Shown to people: a device or a headline.
    pub subject: String,
    pub occurred_at: DateTime<Utc>,
}

/// The sort keys of an activity: by time for pages, by position for watchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityKey {
    pub occurred_at: DateTime<Utc>,
    pub activity_id: ActivityId,
    pub position: i64,
}

/// An activity to be stored: the store assigns its position.
#[derive(Clone, Debug)]
pub struct NewActivity {
    /// The id of the event that caused it.
    pub activity_id: ActivityId,
    /// The source of that event. Together they make recording the activity idempotent.
    pub source: String,
    pub user_id: UserId,
    pub kind: ActivityKind,
    /// Shown to people: a device or a headline.
    pub subject: String,
    pub occurred_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from_name(kind.name()), kind);
        }
        assert_eq!(ActivityKind::from_name("ate_lunch"), ActivityKind::Other);
    }
}

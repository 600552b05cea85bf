//! What happened to a person: the lines of the timeline.

use chassis::id::UserId;
use chrono::{DateTime, Duration, Utc};

/// How long a line stays on the timeline: a year.
pub const KEPT: Duration = Duration::days(366);

chassis::typed_id! {
    /// A line of a timeline; the id of the event that told of it.
    pub struct ActivityId
}

/// What can happen to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// Signed in; the subject is the device.
    SignedIn,
    /// Signed out, or was signed out; the subject is the device.
    SignedOut,
    /// Saw an ad; the subject is its headline.
    AdSeen,
    /// Followed an ad; the subject is its headline.
    AdClicked,
    /// Changed interests or consent; without a subject.
    PreferencesChanged,
}

impl ActivityKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::SignedIn, Self::SignedOut, Self::AdSeen, Self::AdClicked, Self::PreferencesChanged];

    /// The name it has in the database and in the JSON API.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::AdSeen => "ad_seen",
            Self::AdClicked => "ad_clicked",
            Self::PreferencesChanged => "preferences_changed",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Names the line, and is its cursor.
    pub activity_id: ActivityId,
    /// Counts the lines of one person in the order in which they became known.
    pub position: i64,
    /// What happened.
    pub kind: ActivityKind,
    /// What it was about, for people.
    pub subject: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
}

/// A line that is not on the timeline yet.
#[derive(Clone, Debug)]
pub struct NewActivity {
    /// Names the line.
    pub activity_id: ActivityId,
    /// Whose timeline.
    pub user_id: UserId,
    /// What happened.
    pub kind: ActivityKind,
    /// What it was about, for people.
    pub subject: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(ActivityKind::from_name("ate_lunch"), None);
    }
}

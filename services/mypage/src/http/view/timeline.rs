//! The timeline: days, newest first, and lines in them.

use askama::Template;

use super::{Words, dates::machine};
use crate::{
    domain::activity::{Activity, ActivityId, ActivityKind},
    usecase::timeline::Timeline,
};

/// The lines: replaced as a whole when something happens.
#[derive(Template)]
#[template(path = "parts/lines.html")]
pub(in crate::http) struct Lines {
    pub(in crate::http) days: Vec<Day>,
    pub(in crate::http) empty: Option<String>,
}

/// The lines older than those of a page, and the way to still older ones.
#[derive(Template)]
#[template(path = "parts/older.html")]
pub(in crate::http) struct OlderLines {
    pub(in crate::http) lines: Lines,
    pub(in crate::http) older: Option<Older>,
}

/// The way to older lines.
pub(in crate::http) struct Older {
    pub(in crate::http) cursor: ActivityId,
    pub(in crate::http) label: String,
}

/// A day and what happened on it.
pub(in crate::http) struct Day {
    pub(in crate::http) name: String,
    pub(in crate::http) lines: Vec<Line>,
}

/// What happened.
pub(in crate::http) struct Line {
    pub(in crate::http) id: ActivityId,
    pub(in crate::http) kind: &'static str,
    pub(in crate::http) label: String,
    pub(in crate::http) subject: String,
    pub(in crate::http) datetime: String,
    pub(in crate::http) time: String,
}

impl Lines {
    /// The lines in words.
    pub(in crate::http) fn new(words: &Words, activities: &[Activity]) -> Self {
        let days = activities
            .chunk_by(|a, b| words.day(a.occurred_at) == words.day(b.occurred_at))
            .map(|day| Day {
                name: words.day_name(words.day(day[0].occurred_at)),
                lines: day.iter().map(|activity| line(words, activity)).collect(),
            })
            .collect();
        Self { days, empty: activities.is_empty().then(|| words.t.get("timeline-empty")) }
    }
}

impl OlderLines {
    /// A page of older lines.
    pub(in crate::http) fn new(words: &Words, timeline: &Timeline) -> Self {
        Self { lines: Lines::new(words, &timeline.activities), older: Older::of(words, timeline) }
    }
}

impl Older {
    /// The way on from a page, if there is more.
    pub(in crate::http) fn of(words: &Words, timeline: &Timeline) -> Option<Self> {
        timeline.older.map(|cursor| Self { cursor, label: words.t.get("timeline-older") })
    }
}

fn line(words: &Words, activity: &Activity) -> Line {
    let t = &words.t;
    let label = match activity.kind {
        ActivityKind::SignedIn => t.get("activity-signed-in"),
        ActivityKind::SignedOut => t.get("activity-signed-out"),
        ActivityKind::AdSeen => t.get("activity-ad-seen"),
        ActivityKind::AdClicked => t.get("activity-ad-clicked"),
        ActivityKind::PreferencesChanged => t.get("activity-preferences-changed"),
    };
    Line {
        id: activity.activity_id,
        kind: activity.kind.name(),
        label,
        subject: activity.subject.clone(),
        datetime: machine(activity.occurred_at),
        time: words.time_of_day(activity.occurred_at),
    }
}

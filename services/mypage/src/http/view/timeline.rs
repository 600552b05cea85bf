//! The timeline: grouped by day, newest first.

use askama::Template;

use super::{Localizer, dates::iso_8601};
use crate::{
    domain::activity::{Activity, ActivityId, ActivityKind},
    usecase::timeline::{LiveTimeline, Timeline},
};

/// The activities of a page.
#[derive(Template)]
#[template(path = "parts/lines.html")]
pub(in crate::http) struct Lines {
    pub(in crate::http) days: Vec<Day>,
    pub(in crate::http) empty: Option<String>,
}

/// What the live stream sends: it replaces the live part of an open page as a whole.
#[derive(Template)]
#[template(path = "parts/live.html")]
pub(in crate::http) struct LiveLines {
    pub(in crate::http) lines: Lines,
    /// Leads to activities that an open page does not show yet.
    pub(in crate::http) older: Option<Older>,
}

#[derive(Template)]
#[template(path = "parts/older.html")]
pub(in crate::http) struct OlderLines {
    pub(in crate::http) lines: Lines,
    pub(in crate::http) older: Option<Older>,
}

pub(in crate::http) struct Older {
    pub(in crate::http) cursor: ActivityId,
    pub(in crate::http) label: String,
}

pub(in crate::http) struct Day {
    pub(in crate::http) name: String,
    pub(in crate::http) lines: Vec<Line>,
}

pub(in crate::http) struct Line {
    pub(in crate::http) id: ActivityId,
    pub(in crate::http) kind: &'static str,
    pub(in crate::http) label: String,
    pub(in crate::http) subject: String,
    pub(in crate::http) datetime: String,
    pub(in crate::http) time: String,
}

impl Lines {
    pub(in crate::http) fn new(localizer: &Localizer, activities: &[Activity]) -> Self {
        let days = activities
            .chunk_by(|a, b| localizer.day(a.occurred_at) == localizer.day(b.occurred_at))
            .map(|day| Day {
                name: localizer.day_name(localizer.day(day[0].occurred_at)),
                lines: day.iter().map(|activity| line(localizer, activity)).collect(),
            })
            .collect();
        Self { days, empty: activities.is_empty().then(|| localizer.t.get("timeline-empty")) }
    }
}

impl LiveLines {
    pub(in crate::http) fn new(localizer: &Localizer, timeline: &LiveTimeline) -> Self {
        Self { lines: Lines::new(localizer, &timeline.activities), older: Older::of(localizer, timeline.older) }
    }
}

impl OlderLines {
    pub(in crate::http) fn new(localizer: &Localizer, timeline: &Timeline) -> Self {
        Self { lines: Lines::new(localizer, &timeline.activities), older: Older::of(localizer, timeline.older) }
    }
}

impl Older {
    pub(in crate::http) fn of(localizer: &Localizer, cursor: Option<ActivityId>) -> Option<Self> {
        cursor.map(|cursor| Self { cursor, label: localizer.t.get("timeline-older") })
    }
}

fn line(localizer: &Localizer, activity: &Activity) -> Line {
    let t = &localizer.t;
    let label = match activity.kind {
        ActivityKind::SignedIn => t.get("activity-signed-in"),
        ActivityKind::SignedOut => t.get("activity-signed-out"),
        ActivityKind::AdSeen => t.get("activity-ad-seen"),
        ActivityKind::AdClicked => t.get("activity-ad-clicked"),
        ActivityKind::PreferencesChanged => t.get("activity-preferences-changed"),
        ActivityKind::Other => t.get("activity-other"),
    };
    Line {
        id: activity.activity_id,
        kind: activity.kind.name(),
        label,
        subject: activity.subject.clone(),
        datetime: iso_8601(activity.occurred_at),
        time: localizer.time_of_day(activity.occurred_at),
    }
}

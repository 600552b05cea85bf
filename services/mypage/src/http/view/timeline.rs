//! The timeline: grouped by day, newest first.

use askama::Template;

use super::{Localizer, dates::iso_8601};
use crate::{
    domain::activity::{Activity, ActivityId, ActivityKind},
    usecase::timeline::Timeline,
};

/// The activities of a page. The live stream replaces this part as a whole.
#[derive(Template)]
#[template(path = "parts/lines.html")]
pub(in crate::http) struct Lines {
    pub(in crate::http) days: Vec<Day>,
    pub(in crate::http) empty: Option<String>,
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

impl OlderLines {
    pub(in crate::http) fn new(localizer: &Localizer, timeline: &Timeline) -> Self {
        Self { lines: Lines::new(localizer, &timeline.activities), older: Older::of(localizer, timeline) }
    }
}

impl Older {
    pub(in crate::http) fn of(localizer: &Localizer, timeline: &Timeline) -> Option<Self> {
        timeline.older.map(|cursor| Self { cursor, label: localizer.t.get("timeline-older") })
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

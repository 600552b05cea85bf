//! Revisions of a campaign, by which a change tells which state it is for. So no change is lost without notice.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::Campaign;

/// A state of a campaign, as the tenant and the review changed it. A charge makes no new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision(pub i64);

/// The revisions that a change is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whichever is there.
    Any,
    /// One of these.
    OneOf(Vec<Revision>),
}

impl Expected {
    pub fn includes(&self, revision: Revision) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(revisions) => revisions.contains(&revision),
        }
    }
}

impl Campaign {
    pub const fn revision(&self) -> Revision {
        Revision(self.updated_at.timestamp_micros())
    }

    /// Makes the next version and revision. Two changes in one microsecond, or by replicas whose clocks differ, have two.
    pub fn touch(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now.trunc_subsecs(6).max(self.updated_at + TimeDelta::microseconds(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::new::tests::campaign;

    #[test]
    fn each_change_makes_another_revision() {
        let mut campaign = campaign();
        let now = campaign.updated_at;
        let first = campaign.revision();
        campaign.touch(now);
        let second = campaign.revision();
        campaign.touch(now - TimeDelta::seconds(1));
        assert!(first.0 < second.0 && second.0 < campaign.revision().0);
        let expected = Expected::OneOf(vec![second]);
        assert!(expected.includes(second) && !expected.includes(first) && Expected::Any.includes(first));
    }
}

//! States of a campaign.
//!
//! | from | asked for | next |
//! |---|---|---|
//! | draft, paused | active | active; in review while no creative is approved |
//! | in review | draft, paused | as asked for |
//! | active | paused | paused |
//! | each but ended | ended | ended, for good |
//!
//! Reviews move a campaign on, too: see [`Status::settled`].

use chassis::problem::FieldError;

use crate::domain::creative::Reviews;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not submitted yet.
    Draft,
    /// Submitted: becomes active with its first approved creative.
    InReview,
    /// Takes part in auctions during its flight and its hours, while its budgets last.
    Active,
    /// Takes part in no auction. Links that were issued before stay valid; they are billed while their price holds.
    Paused,
    /// Takes part in no auction any more, and cannot be changed.
    Ended,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Draft, Self::InReview, Self::Active, Self::Paused, Self::Ended];

    /// The name in the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Reads a stored status. One that only a later version knows is shown as paused, as mypage shows it.
    pub fn stored(name: &str) -> Self {
        Self::from_name(name).unwrap_or(Self::Paused)
    }

    /// Reports whether the campaign counts against the limit of active campaigns. One in review becomes active by itself.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Active | Self::InReview)
    }

    /// Returns the next status of a campaign whose creatives have these reviews.
    ///
    /// A submitted campaign is active with an approved creative, in review with a pending one, and a draft again when all were
    /// rejected.
    #[must_use]
    pub const fn settled(self, reviews: Reviews) -> Self {
        match self {
            Self::Active | Self::InReview if reviews.approved => Self::Active,
            Self::Active | Self::InReview if reviews.pending => Self::InReview,
            Self::Active | Self::InReview => Self::Draft,
            other => other,
        }
    }

    /// Returns the next status after the tenant asks for `wanted`.
    pub(super) fn asked_for(self, wanted: &str, reviews: Reviews) -> Result<Self, FieldError> {
        let wanted = Self::from_name(wanted)
            .ok_or_else(|| FieldError::new("status", "unknown", "must be draft, active, paused or ended"))?;
        let active = Self::Active.settled(reviews);
        match (self, wanted) {
            (from, to) if from == to => Ok(from),
            (Self::Draft | Self::Paused | Self::InReview, Self::Active) if active == Self::Draft => {
                Err(FieldError::new("status", "rejected", "needs a creative that was not rejected"))
            }
            (Self::Draft | Self::Paused | Self::InReview, Self::Active) => Ok(active),
            (Self::Active | Self::InReview, Self::Paused) => Ok(Self::Paused),
            (Self::InReview, Self::Draft) => Ok(Self::Draft),
            (Self::Draft | Self::InReview | Self::Active | Self::Paused, Self::Ended) => Ok(Self::Ended),
            (from, to) => {
                let detail = format!("cannot change from {} to {}", from.name(), to.name());
                Err(FieldError::new("status", "not_possible", detail))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Reviews = Reviews { approved: false, pending: false };
    const PENDING: Reviews = Reviews { approved: false, pending: true };
    const APPROVED: Reviews = Reviews { approved: true, pending: false };

    #[test]
    fn every_status_is_found_by_its_name() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
        }
        assert_eq!(Status::stored("archived"), Status::Paused);
    }

    #[test]
    fn each_change_is_possible_or_refused() {
        let possible = |from: Status, reviews| {
            let to = Status::ALL.into_iter().filter(|to| *to != from);
            to.filter_map(|to| from.asked_for(to.name(), reviews).ok()).map(Status::name).collect::<Vec<_>>()
        };
        assert_eq!(possible(Status::Draft, APPROVED), ["active", "ended"]);
        assert_eq!(possible(Status::Draft, PENDING), ["in_review", "ended"]);
        assert_eq!(possible(Status::Draft, NONE), ["ended"]);
        assert_eq!(possible(Status::InReview, PENDING), ["draft", "in_review", "paused", "ended"]);
        assert_eq!(possible(Status::Active, APPROVED), ["paused", "ended"]);
        assert_eq!(possible(Status::Paused, APPROVED), ["active", "ended"]);
        assert_eq!(possible(Status::Paused, PENDING), ["in_review", "ended"]);
        assert_eq!(possible(Status::Ended, APPROVED), [""; 0]);
        for status in Status::ALL {
            assert_eq!(status.asked_for(status.name(), NONE), Ok(status), "the same again");
        }
        assert_eq!(Status::Draft.asked_for("gone", APPROVED).map_err(|error| error.code), Err("unknown"));
    }

    #[test]
    fn reviews_move_only_a_submitted_campaign() {
        for (reviews, next) in [(APPROVED, Status::Active), (PENDING, Status::InReview), (NONE, Status::Draft)] {
            assert_eq!((Status::Active.settled(reviews), Status::InReview.settled(reviews)), (next, next));
            for stays in [Status::Draft, Status::Paused, Status::Ended] {
                assert_eq!(stays.settled(reviews), stays);
            }
        }
    }
}

//! Requests of links that are not counted, by reason.

/// Why a request of a link was not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// A click whose impression was not counted.
    NoImpression,
    /// The link was not made with a key of this deployment.
    Forged,
    /// The link is too old, or its viewer was erased.
    Expired,
    /// A browser loaded the link before the person opened it.
    Prefetch,
    /// A robot, such as a link previewer, opened the link.
    Robot,
}

impl Refusal {
    /// The name in the database and in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoImpression => "no_impression",
            Self::Forged => "forged",
            Self::Expired => "expired",
            Self::Prefetch => "prefetch",
            Self::Robot => "robot",
        }
    }
}

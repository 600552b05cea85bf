//! Reviews of creatives. Only an approved one is served.

use std::str::FromStr;

use super::Creative;

/// Who reviews a creative before it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reviewer {
    /// The rules of its fields: it is approved at once. For development, where it may lead to a page on the same machine.
    Rule,
    /// A person, by `ad admin review`.
    Operator,
}

impl Reviewer {
    /// The review of a new creative.
    pub const fn first(self) -> Review {
        match self {
            Self::Rule => Review::Approved,
            Self::Operator => Review::Pending,
        }
    }
}

impl FromStr for Reviewer {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "rule" => Ok(Self::Rule),
            "operator" => Ok(Self::Operator),
            _ => Err("must be rule or operator"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Review {
    Pending,
    Approved,
    Rejected {
        /// For the advertiser.
        reason: String,
    },
}

impl Review {
    /// The name in the API and the database.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected { .. } => "rejected",
        }
    }

    /// Reads a stored review. One that only a later version knows is not served.
    pub fn stored(name: &str, reason: Option<String>) -> Self {
        match name {
            "approved" => Self::Approved,
            "rejected" => Self::Rejected { reason: reason.unwrap_or_default() },
            _ => Self::Pending,
        }
    }

    /// Why it was rejected.
    pub fn reason(&self) -> Option<&str> {
        if let Self::Rejected { reason } = self { Some(reason) } else { None }
    }
}

/// Which reviews a campaign's creatives have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reviews {
    pub approved: bool,
    pub pending: bool,
}

impl Reviews {
    pub fn of(creatives: &[Creative]) -> Self {
        let has = |review| creatives.iter().any(|creative| creative.review == review);
        Self { approved: has(Review::Approved), pending: has(Review::Pending) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_review_is_read_back() {
        let rejected = Review::Rejected { reason: "No such hotel.".into() };
        for review in [Review::Pending, Review::Approved, rejected] {
            assert_eq!(Review::stored(review.name(), review.reason().map(str::to_owned)), review);
        }
        assert_eq!(Review::stored("escalated", None), Review::Pending);
    }
}

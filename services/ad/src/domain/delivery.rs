//! Deliveries: the impression and the click of a [`Serve`], each counted once.

use chrono::{DateTime, Duration, Utc};

use super::{money::Money, serve::Serve};

chassis::typed_id! {
    pub struct DeliveryId;
}

/// How long a delivery is stored. It must be longer than a link is valid, or a link could be counted twice. 90 days also
/// cover questions about the last invoice.
pub const RETENTION: Duration = Duration::days(90);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryKind {
    Impression,
    Click,
}

impl DeliveryKind {
    /// The name in the database and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Click => "click",
        }
    }
}

/// An impression or a click of a serve.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    pub delivery_id: DeliveryId,
    pub kind: DeliveryKind,
    pub serve: &'a Serve,
    pub occurred_at: DateTime<Utc>,
}

/// What the table of deliveries knows of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It was new, and is counted now.
    New,
    /// An earlier request counted it.
    Repeated,
    /// It is a click whose impression was not counted.
    WithoutImpression,
    /// Its viewer was erased.
    ErasedViewer,
}

/// The result of recording a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not counted: an earlier request counted it.
    Repeated,
    /// Not counted: a click whose impression was not counted. Nobody saw the ad, or the link was taken out of its page.
    NoImpression,
    /// Counted without a charge: an impression.
    Counted,
    /// Counted and charged.
    Charged(Money),
    /// Counted without a charge: the price is higher than the rest of the day's budget.
    OverBudget,
    /// Counted and not billed: the campaign no longer runs.
    NotRunning,
}

impl Outcome {
    /// The name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repeated => "repeated",
            Self::NoImpression => "no_impression",
            Self::Counted => "counted",
            Self::Charged(_) => "charged",
            Self::OverBudget => "over_budget",
            Self::NotRunning => "not_running",
        }
    }
}

//! Differences between what belongs together.

use std::fmt;

use chassis::id::TenantId;

/// Two figures that should be equal and are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub check: Check,
    pub tenant_id: TenantId,
    /// What the figures are of, such as a charge or a day of a campaign.
    pub of: String,
    pub expected: i64,
    pub found: i64,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Charges with their clicks.
    Deliveries,
    /// Charges and credits with their units of usage.
    Units,
    /// The spending of days with the charges.
    Days,
    /// Published records with their units.
    Usage,
    /// The money of a month in the ledger with what was published or will be.
    Months,
}

impl Check {
    pub const ALL: [Self; 5] = [Self::Deliveries, Self::Units, Self::Days, Self::Usage, Self::Months];

    /// The name in metrics and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deliveries => "deliveries",
            Self::Units => "units",
            Self::Days => "days",
            Self::Usage => "usage",
            Self::Months => "months",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { check, tenant_id, of, expected, found } = self;
        write!(f, "{}: tenant {tenant_id}, {of}: {expected} expected, {found} found", check.name())
    }
}

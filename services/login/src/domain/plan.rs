//! Plans: how much of login a tenant may use.

use chassis::problem::FieldError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The plan of every new tenant.
    Free,
    Pro,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// People, including suspended ones.
    pub members: i64,
    /// Sign-ins on one day of the tenant's time zone.
    pub sign_ins_a_day: i64,
}

impl Plan {
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        match text {
            "free" => Ok(Self::Free),
            "pro" => Ok(Self::Pro),
            _ => Err(FieldError::new(field, "invalid_plan", "must be free or pro")),
        }
    }

    /// The name in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
        }
    }

    pub fn limits(self) -> Limits {
        match self {
            Self::Free => Limits { members: 10, sign_ins_a_day: 1_000 },
            Self::Pro => Limits { members: 1_000, sign_ins_a_day: 100_000 },
        }
    }
}

/// The limits of a plan by its name. An unknown plan was written by a newer release, and gets the largest limits of
/// this release.
pub fn limits_of(name: &str) -> Limits {
    Plan::parse("plan", name).unwrap_or(Plan::Pro).limits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_parsed_by_its_name() {
        for plan in [Plan::Free, Plan::Pro] {
            assert_eq!(Plan::parse("plan", plan.as_str()), Ok(plan));
        }
        assert!(Plan::parse("plan", "Pro").is_err());
        assert_eq!(limits_of("gold"), Plan::Pro.limits());
    }

    #[test]
    fn the_paid_plan_has_higher_limits() {
        let (free, pro) = (Plan::Free.limits(), Plan::Pro.limits());
        assert!(free.members < pro.members && free.sign_ins_a_day < pro.sign_ins_a_day);
    }
}

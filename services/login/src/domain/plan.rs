//! Plans: how much of login a tenant may use.

use chassis::problem::FieldError;

/// What a tenant has agreed to pay for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// For trying it, and for small companies. Where everyone starts.
    Free,
    /// For companies.
    Pro,
}

/// What a plan allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// People, suspended ones included.
    pub members: i64,
    /// Sign-ins on a day of the tenant's time zone.
    pub sign_ins_a_day: i64,
}

impl Plan {
    /// Reads a plan by its name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        match text {
            "free" => Ok(Self::Free),
            "pro" => Ok(Self::Pro),
            _ => Err(FieldError::new(field, "invalid_plan", "must be free or pro")),
        }
    }

    /// Its name in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
        }
    }

    /// What it allows.
    pub fn limits(self) -> Limits {
        match self {
            Self::Free => Limits { members: 10, sign_ins_a_day: 1_000 },
            Self::Pro => Limits { members: 1_000, sign_ins_a_day: 100_000 },
        }
    }
}

/// What the plan of this name allows; a plan that only a newer release knows allows what the largest here does.
pub fn limits_of(name: &str) -> Limits {
    Plan::parse("plan", name).unwrap_or(Plan::Pro).limits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_known_by_its_name() {
        for plan in [Plan::Free, Plan::Pro] {
            assert_eq!(Plan::parse("plan", plan.as_str()), Ok(plan));
        }
        assert!(Plan::parse("plan", "Pro").is_err());
        assert_eq!(limits_of("gold"), Plan::Pro.limits());
    }

    #[test]
    fn who_pays_may_use_more() {
        let (free, pro) = (Plan::Free.limits(), Plan::Pro.limits());
        assert!(free.members < pro.members && free.sign_ins_a_day < pro.sign_ins_a_day);
    }
}

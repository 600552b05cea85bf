//! Interests and consent of a person.

use super::interest::Interest;

/// Maximum number of interests in a request, repeated ones included.
pub const MAX_INTERESTS: usize = 100;

/// Sorted, without duplicates: two equal choices compare as equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    interests: Vec<Interest>,
    ad_consent: bool,
}

impl Choice {
    /// Sorts the interests and removes duplicates.
    pub fn new(interests: impl IntoIterator<Item = Interest>, ad_consent: bool) -> Self {
        let mut interests: Vec<_> = interests.into_iter().collect();
        interests.sort_unstable();
        interests.dedup();
        Self { interests, ad_consent }
    }

    pub fn interests(&self) -> &[Interest] {
        &self.interests
    }

    pub fn likes(&self, interest: Interest) -> bool {
        self.interests.contains(&interest)
    }

    /// Whether ads may be selected by the interests.
    pub fn ad_consent(&self) -> bool {
        self.ad_consent
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub choice: Choice,
    /// Numbers the changes from 1; 0 before the first choice.
    pub version: i64,
}

impl Preferences {
    /// Whether the choice must be stored. The first choice always is, since it records the person's consent decision.
    pub fn changed_by(&self, choice: &Choice) -> bool {
        self.version == 0 || self.choice != *choice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_duplicates_of_interests_do_not_matter() {
        let one = Choice::new([Interest::Travel, Interest::Music, Interest::Travel], true);
        assert_eq!(one, Choice::new([Interest::Music, Interest::Travel], true));
        assert!(one.likes(Interest::Music) && !one.likes(Interest::Sports));
    }

    #[test]
    fn an_unchanged_choice_changes_nothing_but_a_first_choice_does() {
        let choice = Choice::new([], false);
        assert!(Preferences::default().changed_by(&choice));
        let chosen = Preferences { choice: choice.clone(), version: 1 };
        assert!(!chosen.changed_by(&choice));
        assert!(chosen.changed_by(&Choice::new([], true)));
    }
}

//! What a person chose.

use super::interest::Interest;

/// Interests, and whether ads may be chosen by them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    interests: Vec<Interest>,
    ad_consent: bool,
}

impl Choice {
    /// A choice. The order in which interests are named, and naming one twice, mean nothing.
    pub fn new(interests: impl IntoIterator<Item = Interest>, ad_consent: bool) -> Self {
        let mut interests: Vec<_> = interests.into_iter().collect();
        interests.sort_unstable();
        interests.dedup();
        Self { interests, ad_consent }
    }

    /// What the person likes.
    pub fn interests(&self) -> &[Interest] {
        &self.interests
    }

    /// Whether the person likes it.
    pub fn likes(&self, interest: Interest) -> bool {
        self.interests.contains(&interest)
    }

    /// Whether ads may be chosen by what the person likes.
    pub fn ad_consent(&self) -> bool {
        self.ad_consent
    }
}

/// A choice and how often it was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// What was chosen.
    pub choice: Choice,
    /// Counts the changes from 1; 0 when nothing was ever chosen.
    pub version: i64,
}

impl Preferences {
    /// Whether this choice would change anything. A first choice always does: the person has now been asked.
    pub fn changed_by(&self, choice: &Choice) -> bool {
        self.version == 0 || self.choice != *choice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetition_mean_nothing() {
        let one = Choice::new([Interest::Travel, Interest::Music, Interest::Travel], true);
        assert_eq!(one, Choice::new([Interest::Music, Interest::Travel], true));
        assert!(one.likes(Interest::Music) && !one.likes(Interest::Sports));
    }

    #[test]
    fn the_same_choice_again_changes_nothing_but_the_first_one_does() {
        let choice = Choice::new([], false);
        assert!(Preferences::default().changed_by(&choice));
        let chosen = Preferences { choice: choice.clone(), version: 1 };
        assert!(!chosen.changed_by(&choice));
        assert!(chosen.changed_by(&Choice::new([], true)));
    }
}

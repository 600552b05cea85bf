//! Interests: campaigns target them, people choose them.

/// An interest: a subset of the first tier of IAB Tech Lab's Content Taxonomy 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Interest {
    BooksAndLiterature,
    FoodAndDrink,
    HealthyLiving,
    Hobbies,
    HomeAndGarden,
    Music,
    Sports,
    StyleAndFashion,
    TechnologyAndComputing,
    Travel,
}

impl Interest {
    pub const ALL: [Self; 10] = [
        Self::BooksAndLiterature,
        Self::FoodAndDrink,
        Self::HealthyLiving,
        Self::Hobbies,
        Self::HomeAndGarden,
        Self::Music,
        Self::Sports,
        Self::StyleAndFashion,
        Self::TechnologyAndComputing,
        Self::Travel,
    ];

    /// The name in the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BooksAndLiterature => "books_and_literature",
            Self::FoodAndDrink => "food_and_drink",
            Self::HealthyLiving => "healthy_living",
            Self::Hobbies => "hobbies",
            Self::HomeAndGarden => "home_and_garden",
            Self::Music => "music",
            Self::Sports => "sports",
            Self::StyleAndFashion => "style_and_fashion",
            Self::TechnologyAndComputing => "technology_and_computing",
            Self::Travel => "travel",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interest| interest.name() == name)
    }

    /// Reads names and skips unknown ones, which a later version may have written.
    pub fn known(names: &[String]) -> Vec<Self> {
        names.iter().filter_map(|name| Self::from_name(name)).collect()
    }

    pub fn names(interests: &[Self]) -> Vec<String> {
        interests.iter().map(|interest| interest.name().to_owned()).collect()
    }
}

/// A set of interests, small enough to copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InterestSet(u16);

impl InterestSet {
    const fn bit(interest: Interest) -> u16 {
        1 << interest as u16
    }

    pub const fn contains(self, interest: Interest) -> bool {
        self.0 & Self::bit(interest) != 0
    }

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Interest> {
        Interest::ALL.into_iter().filter(move |interest| self.contains(*interest))
    }
}

impl FromIterator<Interest> for InterestSet {
    fn from_iter<I: IntoIterator<Item = Interest>>(interests: I) -> Self {
        Self(interests.into_iter().fold(0, |bits, interest| bits | Self::bit(interest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interest_is_found_by_its_name() {
        for interest in Interest::ALL {
            assert_eq!(Interest::from_name(interest.name()), Some(interest));
        }
    }

    #[test]
    fn a_name_of_a_later_version_is_left_out() {
        assert_eq!(Interest::known(&["travel".into(), "space".into()]), [Interest::Travel]);
    }

    #[test]
    fn a_set_has_the_interests_it_was_made_of() {
        let set: InterestSet = [Interest::Travel, Interest::Music, Interest::Travel].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Interest::Music, Interest::Travel]);
        let travel: InterestSet = [Interest::Travel].into_iter().collect();
        assert_eq!(set.and(travel), travel);
        assert!(travel.and([Interest::Sports].into_iter().collect()).is_empty());
        assert_eq!(Interest::ALL.into_iter().collect::<InterestSet>().iter().count(), 10);
    }
}

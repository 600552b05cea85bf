//! What a campaign may aim at.

/// A thing people like: a subset of the first tier of IAB Tech Lab's Content Taxonomy 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Interest {
    /// Books and literature.
    BooksAndLiterature,
    /// Food and drink.
    FoodAndDrink,
    /// Healthy living.
    HealthyLiving,
    /// Hobbies.
    Hobbies,
    /// Home and garden.
    HomeAndGarden,
    /// Music.
    Music,
    /// Sports.
    Sports,
    /// Style and fashion.
    StyleAndFashion,
    /// Technology and computing.
    TechnologyAndComputing,
    /// Travel.
    Travel,
}

impl Interest {
    /// All of them.
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

    /// Its name in the API and the database.
    #[must_use]
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

    /// The interest of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interest| interest.name() == name)
    }

    /// The interests of those names; a name this version does not know is left out.
    #[must_use]
    pub fn known(names: &[String]) -> Vec<Self> {
        names.iter().filter_map(|name| Self::parse(name)).collect()
    }

    /// The names of those interests.
    #[must_use]
    pub fn names(interests: &[Self]) -> Vec<String> {
        interests.iter().map(|interest| interest.name().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interest_is_found_by_its_name() {
        for interest in Interest::ALL {
            assert_eq!(Interest::parse(interest.name()), Some(interest));
        }
    }

    #[test]
    fn a_name_of_a_later_version_is_left_out() {
        assert_eq!(Interest::known(&["travel".into(), "space".into()]), [Interest::Travel]);
    }
}

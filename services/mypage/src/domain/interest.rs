//! The interests that a person can choose.

/// A subset of the first tier of IAB Tech Lab's Content Taxonomy 3, equal to the enum of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// In display order.
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

    /// The name in the database, in forms and in the JSON API.
    pub fn name(self) -> &'static str {
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
}

//! Converts interests to the numbers of the contract, for events and for gRPC.

use contracts::common::v1::Interest as Wire;

use crate::domain::{interest::Interest, preferences::Choice};

pub fn interests(choice: &Choice) -> Vec<i32> {
    choice.interests().iter().map(|item| interest(*item).into()).collect()
}

pub fn interest(interest: Interest) -> Wire {
    match interest {
        Interest::BooksAndLiterature => Wire::BooksAndLiterature,
        Interest::FoodAndDrink => Wire::FoodAndDrink,
        Interest::HealthyLiving => Wire::HealthyLiving,
        Interest::Hobbies => Wire::Hobbies,
        Interest::HomeAndGarden => Wire::HomeAndGarden,
        Interest::Music => Wire::Music,
        Interest::Sports => Wire::Sports,
        Interest::StyleAndFashion => Wire::StyleAndFashion,
        Interest::TechnologyAndComputing => Wire::TechnologyAndComputing,
        Interest::Travel => Wire::Travel,
    }
}

//! Converts between contract messages, types of chassis and domain types.

use chassis::http::NobodyLooking;
use contracts::{ad::v1 as wire, common::v1::Interest as WireInterest};

use crate::domain::{campaign::Status, delivery::DeliveryKind, interest::Interest, refusal::Refusal};

pub(crate) const fn interest(interest: Interest) -> WireInterest {
    match interest {
        Interest::BooksAndLiterature => WireInterest::BooksAndLiterature,
        Interest::FoodAndDrink => WireInterest::FoodAndDrink,
        Interest::HealthyLiving => WireInterest::HealthyLiving,
        Interest::Hobbies => WireInterest::Hobbies,
        Interest::HomeAndGarden => WireInterest::HomeAndGarden,
        Interest::Music => WireInterest::Music,
        Interest::Sports => WireInterest::Sports,
        Interest::StyleAndFashion => WireInterest::StyleAndFashion,
        Interest::TechnologyAndComputing => WireInterest::TechnologyAndComputing,
        Interest::Travel => WireInterest::Travel,
    }
}

/// Reads the interests of a message, each once, and skips numbers that this version does not know.
pub(crate) fn known_interests(numbers: &[i32]) -> Vec<Interest> {
    Interest::ALL.into_iter().filter(|item| numbers.contains(&interest(*item).into())).collect()
}

pub(crate) const fn status(status: Status) -> wire::CampaignStatus {
    match status {
        Status::Draft => wire::CampaignStatus::Draft,
        Status::InReview => wire::CampaignStatus::InReview,
        Status::Active => wire::CampaignStatus::Active,
        Status::Paused => wire::CampaignStatus::Paused,
        Status::Ended => wire::CampaignStatus::Ended,
    }
}

pub(crate) const fn delivery_kind(kind: DeliveryKind) -> wire::DeliveryKind {
    match kind {
        DeliveryKind::Impression => wire::DeliveryKind::Impression,
        DeliveryKind::Click => wire::DeliveryKind::Click,
    }
}

pub(crate) const fn refusal(reason: NobodyLooking) -> Refusal {
    match reason {
        NobodyLooking::AheadOfTime => Refusal::Prefetch,
        NobodyLooking::Robot => Refusal::Robot,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interest_is_in_the_contract_under_its_name() {
        for item in Interest::ALL {
            let wire = interest(item);
            assert_eq!(known_interests(&[wire.into()]), [item]);
            assert_eq!(wire.as_str_name(), format!("INTEREST_{}", item.name().to_uppercase()));
        }
        assert_eq!(known_interests(&[0, 99]), []);
        let repeated = vec![i32::from(WireInterest::Music); 100_000];
        assert_eq!(known_interests(&repeated), [Interest::Music]);
    }
}

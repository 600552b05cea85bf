//! Converts between contract messages and domain types.

use contracts::{ad::v1 as ad, common::v1 as common};

use crate::domain::{campaign::Status, delivery::DeliveryKind, interest::Interest};

const INTERESTS: [(Interest, common::Interest); 10] = [
    (Interest::BooksAndLiterature, common::Interest::BooksAndLiterature),
    (Interest::FoodAndDrink, common::Interest::FoodAndDrink),
    (Interest::HealthyLiving, common::Interest::HealthyLiving),
    (Interest::Hobbies, common::Interest::Hobbies),
    (Interest::HomeAndGarden, common::Interest::HomeAndGarden),
    (Interest::Music, common::Interest::Music),
    (Interest::Sports, common::Interest::Sports),
    (Interest::StyleAndFashion, common::Interest::StyleAndFashion),
    (Interest::TechnologyAndComputing, common::Interest::TechnologyAndComputing),
    (Interest::Travel, common::Interest::Travel),
];

pub(crate) fn interest_to_wire(interest: Interest) -> common::Interest {
    INTERESTS.iter().find(|(ours, _)| *ours == interest).map_or(common::Interest::Unspecified, |(_, wire)| *wire)
}

/// Reads interests and skips numbers that this version does not know.
pub(crate) fn interests_from_wire(numbers: &[i32]) -> Vec<Interest> {
    numbers.iter().filter_map(|number| interest_from_wire(*number)).collect()
}

fn interest_from_wire(number: i32) -> Option<Interest> {
    let wire = common::Interest::try_from(number).ok()?;
    INTERESTS.iter().find(|(_, known)| *known == wire).map(|(ours, _)| *ours)
}

pub(crate) const fn status(status: Status) -> ad::CampaignStatus {
    match status {
        Status::Active => ad::CampaignStatus::Active,
        Status::Paused => ad::CampaignStatus::Paused,
    }
}

pub(crate) const fn delivery_kind(kind: DeliveryKind) -> ad::DeliveryKind {
    match kind {
        DeliveryKind::Impression => ad::DeliveryKind::Impression,
        DeliveryKind::Click => ad::DeliveryKind::Click,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interest_is_in_the_contract_under_its_name() {
        for interest in Interest::ALL {
            let wire = interest_to_wire(interest);
            assert_eq!(interest_from_wire(wire.into()), Some(interest));
            assert_eq!(wire.as_str_name(), format!("INTEREST_{}", interest.name().to_uppercase()));
        }
        assert_eq!(interests_from_wire(&[0, 99]), []);
    }
}

//! What ad tells and hears.
//!
//! To tell something new: make its message here, publish it in the use case that changes it, and add its topic to [`WRITES`].
//! To hear something: add its topic to [`READS`], and implement `Consume` for its message in [`crate::events::hear`].

use chassis::clock::Clock;
use chassis::event::{Event, EventId, Topic};
use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use contracts::ad::v1::{CampaignChanged, CampaignStatus, DeliveryKind, DeliveryRecorded, UsageRecorded};
use contracts::common::v1::{self as common, UsageRecord};
use contracts::convert::{money, timestamp};
use contracts::login::v1::{TenantChanged, UserChanged};
use contracts::mypage::v1::PreferencesChanged;

use crate::domain::interest::Interest;
use crate::domain::serve::{DeliveryId, Kind, Serve};
use crate::domain::terms::Status;
use crate::store::campaigns::Campaign;

pub mod hear;

/// The topics ad writes.
pub const WRITES: &[Topic] = &[CampaignChanged::TOPIC, DeliveryRecorded::TOPIC, UsageRecorded::TOPIC];
/// The topics ad reads.
pub const READS: &[Topic] = &[PreferencesChanged::TOPIC, UserChanged::TOPIC, TenantChanged::TOPIC];

/// The whole state of a campaign.
#[must_use]
pub fn campaign_changed(campaign: &Campaign, spent_today: i64, now: DateTime<Utc>) -> CampaignChanged {
    let currency = campaign.bid.currency.code();
    let status = match campaign.status {
        Status::Active => CampaignStatus::Active,
        Status::Paused => CampaignStatus::Paused,
    };
    CampaignChanged {
        campaign_id: campaign.campaign_id.to_string(),
        tenant_id: campaign.tenant_id.to_string(),
        name: campaign.name.clone(),
        headline: campaign.headline.clone(),
        status: status.into(),
        bid: Some(money(campaign.bid.micros, currency)),
        daily_budget: Some(money(campaign.daily_budget.micros, currency)),
        spent_today: Some(money(spent_today, currency)),
        interests: campaign.interests.iter().map(|interest| wire_interest(*interest).into()).collect(),
        open_to_all: campaign.open_to_all,
        version: campaign.version,
        changed_at: Some(timestamp(now)),
    }
}

/// An impression or a click, with what it cost.
#[must_use]
pub fn delivery_recorded(
    id: DeliveryId,
    kind: Kind,
    serve: &Serve,
    headline: &str,
    charge: i64,
    now: DateTime<Utc>,
) -> DeliveryRecorded {
    let kind = match kind {
        Kind::Impression => DeliveryKind::Impression,
        Kind::Click => DeliveryKind::Click,
    };
    DeliveryRecorded {
        delivery_id: id.to_string(),
        kind: kind.into(),
        serve_id: serve.serve_id.to_string(),
        campaign_id: serve.campaign_id.to_string(),
        advertiser_tenant_id: serve.advertiser_tenant_id.to_string(),
        viewer_tenant_id: serve.viewer_tenant_id.to_string(),
        viewer_user_id: serve.viewer_user_id.to_string(),
        headline: headline.to_owned(),
        placement: serve.placement.clone(),
        charge: Some(money(charge, serve.price.currency.code())),
        occurred_at: Some(timestamp(now)),
    }
}

/// One use of ad that the advertiser pays for.
#[must_use]
pub fn usage_recorded(clock: &Clock, tenant: TenantId, kind: Kind, now: DateTime<Utc>) -> UsageRecorded {
    let moment = Some(timestamp(now));
    UsageRecorded {
        record: Some(UsageRecord {
            usage_id: EventId::new(clock).to_string(),
            tenant_id: tenant.to_string(),
            metric: kind.metric().into(),
            quantity: 1,
            period_start: moment,
            period_end: moment,
        }),
    }
}

/// The contract's word for each interest: the one place where the two meet.
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

fn wire_interest(interest: Interest) -> common::Interest {
    INTERESTS.iter().find(|(ours, _)| *ours == interest).map_or(common::Interest::Unspecified, |(_, wire)| *wire)
}

/// The interest of that number; nothing when this version does not know it.
fn interest_of(number: i32) -> Option<Interest> {
    let wire = common::Interest::try_from(number).ok()?;
    INTERESTS.iter().find(|(_, known)| *known == wire).map(|(ours, _)| *ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interest_is_in_the_contract_under_its_name() {
        for interest in Interest::ALL {
            let wire = wire_interest(interest);
            assert_eq!(interest_of(wire.into()), Some(interest));
            assert_eq!(wire.as_str_name(), format!("INTEREST_{}", interest.name().to_uppercase()));
        }
        assert_eq!(interest_of(0), None);
        assert_eq!(interest_of(99), None);
    }
}

//! The topic, partitions and retention of each event. The table in `proto/README.md` has the same for people.

use chassis::event::{Event, Topic};

use crate::{ad, common::v1::UsageRecord, login, mypage};

/// All topics.
pub const ALL: [Topic; 9] = [
    login::v1::UserChanged::TOPIC,
    login::v1::TenantChanged::TOPIC,
    login::v1::SessionChanged::TOPIC,
    login::v1::UsageRecorded::TOPIC,
    mypage::v1::PreferencesChanged::TOPIC,
    mypage::v1::UsageRecorded::TOPIC,
    ad::v1::CampaignChanged::TOPIC,
    ad::v1::DeliveryRecorded::TOPIC,
    ad::v1::UsageRecorded::TOPIC,
];

/// Binds an event to its topic: `event!(message, topic, |event| key, tenant id)`.
macro_rules! event {
    ($message:ty, $topic:expr, |$event:ident| $key:expr, $tenant:expr) => {
        impl Event for $message {
            const TOPIC: Topic = $topic;

            fn key(&self) -> &str {
                let $event = self;
                $key
            }

            fn tenant_id(&self) -> &str {
                let $event = self;
                $tenant
            }
        }
    };
}

fn user_and_tenant(user: &Option<login::v1::User>) -> (&str, &str) {
    user.as_ref().map_or(("", ""), |user| (&user.user_id, &user.tenant_id))
}

fn tenant_of(record: &Option<UsageRecord>) -> &str {
    record.as_ref().map_or("", |record| &record.tenant_id)
}

event!(
    login::v1::UserChanged,
    Topic::compacted("login.user.v1", 4),
    |e| user_and_tenant(&e.user).0,
    user_and_tenant(&e.user).1
);
event!(login::v1::TenantChanged, Topic::compacted("login.tenant.v1", 4), |e| &e.tenant_id, &e.tenant_id);
event!(login::v1::SessionChanged, Topic::retained_for_days("login.session.v1", 4, 7), |e| &e.session_id, &e.tenant_id);
event!(
    login::v1::UsageRecorded,
    Topic::retained_for_days("login.usage.v1", 4, 90),
    |e| tenant_of(&e.record),
    tenant_of(&e.record)
);
event!(mypage::v1::PreferencesChanged, Topic::compacted("mypage.preferences.v1", 4), |e| &e.user_id, &e.tenant_id);
event!(
    mypage::v1::UsageRecorded,
    Topic::retained_for_days("mypage.usage.v1", 4, 90),
    |e| tenant_of(&e.record),
    tenant_of(&e.record)
);
event!(ad::v1::CampaignChanged, Topic::compacted("ad.campaign.v1", 4), |e| &e.campaign_id, &e.tenant_id);
event!(
    ad::v1::DeliveryRecorded,
    Topic::retained_for_days("ad.delivery.v1", 4, 7),
    |e| &e.serve_id,
    &e.viewer_tenant_id
);
event!(
    ad::v1::UsageRecorded,
    Topic::retained_for_days("ad.usage.v1", 4, 90),
    |e| tenant_of(&e.record),
    tenant_of(&e.record)
);

//! The events that login publishes. It consumes none.
//!
//! To publish another event: build it here from the entity after the change, and call [`chassis::outbox::publish`] in
//! the transaction of the change. The messages are in `proto/login/v1`; `proto/src/topics.rs` maps each to its topic
//! and key. The relay started by `main` sends the outbox to Kafka.

use chassis::{
    clock::Clock,
    event::{Event, Topic},
    id::{TenantId, new_uuid},
};
use contracts::{
    common::v1::UsageRecord,
    convert::timestamp,
    login::v1::{
        Role, SessionChanged, SessionState, TenantChanged, TenantStatus, UsageRecorded, User as UserMessage,
        UserChanged, UserStatus,
    },
};

use crate::domain::{session::Session, tenant::Tenant, user::User};

pub const WRITES: &[Topic] = &[UserChanged::TOPIC, TenantChanged::TOPIC, SessionChanged::TOPIC, UsageRecorded::TOPIC];

pub const READS: &[Topic] = &[];

/// The person as other products see them, in events and over gRPC.
pub fn user(user: &User) -> UserMessage {
    let role = |name: &String| if name == "admin" { Role::Admin } else { Role::Member };
    let status = if user.is_active() { UserStatus::Active } else { UserStatus::Suspended };
    UserMessage {
        user_id: user.user_id.to_string(),
        tenant_id: user.tenant_id.to_string(),
        email: user.email.clone(),
        display_name: user.display_name.clone(),
        locale: user.locale.clone(),
        roles: user.roles.iter().map(|name| role(name).into()).collect(),
        status: status.into(),
        created_at: Some(timestamp(user.created_at)),
    }
}

pub fn user_changed(changed: &User) -> UserChanged {
    UserChanged { user: Some(user(changed)), version: changed.version, changed_at: Some(timestamp(changed.changed_at)) }
}

pub fn tenant_changed(tenant: &Tenant) -> TenantChanged {
    let status = if tenant.is_active() { TenantStatus::Active } else { TenantStatus::Suspended };
    TenantChanged {
        tenant_id: tenant.tenant_id.to_string(),
        slug: tenant.slug.clone(),
        // Advertisers are shown to people of other tenants.
        name: tenant.shown_name().to_owned(),
        locale: tenant.locale.clone(),
        time_zone: tenant.time_zone.clone(),
        currency_code: tenant.currency_code.clone(),
        status: status.into(),
        version: tenant.version,
        changed_at: Some(timestamp(tenant.changed_at)),
    }
}

pub fn session_changed(clock: &Clock, session: &Session, state: SessionState) -> SessionChanged {
    SessionChanged {
        session_id: session.session_id.to_string(),
        tenant_id: session.tenant_id.to_string(),
        user_id: session.user_id.to_string(),
        state: state.into(),
        device: session.device.clone(),
        changed_at: Some(timestamp(clock.now())),
    }
}

/// Usage: one sign-in of the tenant.
pub fn usage_of_sign_in(clock: &Clock, tenant_id: TenantId) -> UsageRecorded {
    usage(clock, tenant_id, "login.sign_ins")
}

/// Usage: the first sign-in of a person in a month of the tenant's time zone.
pub fn usage_of_active_member(clock: &Clock, tenant_id: TenantId) -> UsageRecorded {
    usage(clock, tenant_id, "login.monthly_active_members")
}

fn usage(clock: &Clock, tenant_id: TenantId, metric: &str) -> UsageRecorded {
    let now = timestamp(clock.now());
    UsageRecorded {
        record: Some(UsageRecord {
            usage_id: new_uuid(clock).to_string(),
            tenant_id: tenant_id.to_string(),
            metric: metric.to_owned(),
            quantity: 1,
            period_start: Some(now),
            period_end: Some(now),
            currency_code: String::new(),
        }),
    }
}

//! What login tells the others. It listens to no one.
//!
//! To publish another event: build it here from the row as it is after the change, and call
//! [`chassis::outbox::publish`] in the transaction of that change. Messages are written in `proto/login/v1`, and
//! `proto/src/topics.rs` binds each to its topic and key. What is in the outbox goes to Kafka by the relay that `main` starts.

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

/// Topics that login writes.
pub const WRITES: &[Topic] = &[UserChanged::TOPIC, TenantChanged::TOPIC, SessionChanged::TOPIC, UsageRecorded::TOPIC];

/// Topics that login reads: none.
pub const READS: &[Topic] = &[];

/// A person as the others know them.
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

/// A person joined or changed.
pub fn user_changed(changed: &User) -> UserChanged {
    UserChanged { user: Some(user(changed)), version: changed.version, changed_at: Some(timestamp(changed.changed_at)) }
}

/// A tenant signed up or changed.
pub fn tenant_changed(tenant: &Tenant) -> TenantChanged {
    let status = if tenant.is_active() { TenantStatus::Active } else { TenantStatus::Suspended };
    TenantChanged {
        tenant_id: tenant.tenant_id.to_string(),
        slug: tenant.slug.clone(),
        name: tenant.name.clone(),
        locale: tenant.locale.clone(),
        time_zone: tenant.time_zone.clone(),
        currency_code: tenant.currency_code.clone(),
        status: status.into(),
        version: tenant.version,
        changed_at: Some(timestamp(tenant.changed_at)),
    }
}

/// A session began or ended now.
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

/// Use of login: someone of the tenant signed in now. The session that began is told of by [`session_changed`].
pub fn usage_of_sign_in(clock: &Clock, tenant_id: TenantId) -> UsageRecorded {
    one(clock, tenant_id, "login.sign_ins")
}

/// Use of login: someone of the tenant signed in now, for the first time in a month of its time zone.
pub fn usage_of_active_member(clock: &Clock, tenant_id: TenantId) -> UsageRecorded {
    one(clock, tenant_id, "login.monthly_active_members")
}

fn one(clock: &Clock, tenant_id: TenantId, metric: &str) -> UsageRecorded {
    let now = timestamp(clock.now());
    UsageRecorded {
        record: Some(UsageRecord {
            usage_id: new_uuid(clock).to_string(),
            tenant_id: tenant_id.to_string(),
            metric: metric.to_owned(),
            quantity: 1,
            period_start: Some(now),
            period_end: Some(now),
        }),
    }
}

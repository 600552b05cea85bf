//! Queues a mail in the transaction of the change that causes it: both are committed, or neither.

use chassis::{
    id::{TenantId, UserId, new_uuid},
    secret,
    text::Locale,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{calendar::local, mail::NewMail, tenant::Tenant, user::User},
    error::Error,
    mail::message::Message,
    store,
};

#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// In lower case.
    pub email: &'a str,
    pub locale: Locale,
    /// The tenant of the transaction; `None` when the transaction has no tenant.
    pub tenant_id: Option<TenantId>,
    /// The recipient's account, if there is one.
    pub user_id: Option<UserId>,
}

impl<'a> From<&'a User> for Recipient<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            email: &user.email,
            locale: user.locale.parse().unwrap_or_default(),
            tenant_id: Some(user.tenant_id),
            user_id: Some(user.user_id),
        }
    }
}

pub async fn queue_mail(app: &App, conn: &mut PgConnection, to: Recipient<'_>, message: &Message) -> Result<(), Error> {
    let mail = message.render(to.email, to.locale);
    let plain = serde_json::to_vec(&mail).expect("texts can be written as JSON");
    let now = app.clock.now();
    let new = NewMail {
        mail_id: new_uuid(&app.clock),
        tenant_id: to.tenant_id,
        user_id: to.user_id,
        recipient_hash: &secret::hash(to.email),
        sealed: &app.sealer.seal(&plain),
        created_at: now,
        expires_at: message.lifetime().map(|lifetime| now + lifetime),
    };
    Ok(store::mail::insert(conn, &new).await?)
}

/// Formats a time in the tenant's time zone, for mails.
pub(in crate::usecase) fn local_time(tenant: &Tenant, time: DateTime<Utc>) -> String {
    local(&tenant.time_zone, time).format("%Y-%m-%d %H:%M %Z").to_string()
}

//! Queues a mail in the transaction of the change that causes it: both are committed, or neither.

use chassis::{
    id::{TenantId, UserId, new_uuid},
    text::Locale,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{calendar::local, email::Email, mail::NewMail, tenant::Tenant, user::User},
    error::Error,
    mail::message::Message,
    store,
};

#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// In any form.
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
            locale: Locale::stored(&user.locale),
            tenant_id: Some(user.tenant_id),
            user_id: Some(user.user_id),
        }
    }
}

pub async fn queue_mail(app: &App, conn: &mut PgConnection, to: Recipient<'_>, message: &Message) -> Result<(), Error> {
    // Not every mail server accepts a domain with U-labels, which earlier releases stored.
    let mail = message.render(Email::stored(to.email).as_str(), to.locale);
    let plain = serde_json::to_vec(&mail).expect("texts can be written as JSON");
    let now = app.clock.now();
    let new = NewMail {
        mail_id: new_uuid(&app.clock),
        tenant_id: to.tenant_id,
        user_id: to.user_id,
        recipient_hash: &recipient_hash(to.email),
        sealed: &app.sealer.seal(&plain),
        created_at: now,
        expires_at: message.lifetime().map(|lifetime| now + lifetime),
    };
    Ok(store::mail::insert(conn, &new).await?)
}

/// The hash of a recipient's canonical address.
pub(super) fn recipient_hash(address: &str) -> [u8; 32] {
    Email::stored(address).hash()
}

/// Formats a time in the tenant's time zone, for mails.
pub(in crate::usecase) fn local_time(tenant: &Tenant, time: DateTime<Utc>) -> String {
    local(&tenant.time_zone, time).format("%Y-%m-%d %H:%M %Z").to_string()
}

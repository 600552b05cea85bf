//! A mail is written, and waits to be sent: in the transaction of what it tells of, so that neither is without the other.

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

/// Whom a mail is to.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// The address, in lower case.
    pub email: &'a str,
    /// The language that they are addressed in.
    pub locale: Locale,
    /// The tenant that it comes from, if any: the one that is set.
    pub tenant_id: Option<TenantId>,
    /// Who it is, if they have an account.
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

/// Queues a mail.
///
/// # Errors
/// When the store refuses.
pub async fn queue_mail(app: &App, conn: &mut PgConnection, to: Recipient<'_>, message: &Message) -> Result<(), Error> {
    let mail = message.write(to.email, to.locale);
    let plain = serde_json::to_vec(&mail).expect("texts are JSON");
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

/// A moment as a mail of this tenant writes it.
pub(in crate::usecase) fn local_time(tenant: &Tenant, time: DateTime<Utc>) -> String {
    local(&tenant.time_zone, time).format("%Y-%m-%d %H:%M %Z").to_string()
}

//! Notifies a person of a sign-in from a new device.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        email::Email,
        known_device::{replaced, should_notify},
        user::User,
    },
    error::Error,
    mail::message::Message,
    store,
    usecase::{
        mail::queue_mail::{local_time, queue_mail},
        request_context::RequestContext,
    },
};

/// Records the device, and queues a notice if it is new. Needs a transaction of the tenant.
pub(super) async fn notify_new_device(
    app: &App,
    conn: &mut PgConnection,
    user: &User,
    context: &RequestContext,
) -> Result<(), Error> {
    let now = app.clock.now();
    let known = store::known_device::list_by_user(conn, user.user_id).await?;
    if replaced(&known, &context.device).is_some() {
        replace_device(conn, user, &context.device, now).await?;
    } else {
        store::known_device::record(conn, user.tenant_id, user.user_id, &context.device, now).await?;
    }
    let credential = store::credential::find(conn, user.user_id).await?;
    let email = Email::stored(&user.email);
    let is_known = context.known_device(app, &email, credential.as_ref()).is_some();
    if !should_notify(&known, &context.device, is_known, now) {
        return Ok(());
    }
    let Some(tenant) = store::tenant::current(conn).await? else { return Ok(()) };
    let message = Message::NewDevice {
        device: context.device.clone(),
        time: local_time(&tenant, now),
        sessions_url: app.issuer.join("/"),
        forgot_url: app.issuer.join("/forgot-password"),
    };
    queue_mail(app, conn, user.into(), &message).await
}

/// Records a new device of a person who has the most. Concurrent sign-ins wait for each other here.
async fn replace_device(
    conn: &mut PgConnection,
    user: &User,
    device: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let known = store::known_device::lock_by_user(conn, user.user_id).await?;
    match replaced(&known, device) {
        Some(replaced) => store::known_device::replace(conn, user.user_id, replaced, device, now).await,
        None => store::known_device::record(conn, user.tenant_id, user.user_id, device, now).await,
    }
}

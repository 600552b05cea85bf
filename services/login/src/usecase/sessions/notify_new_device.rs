//! A person hears of it when someone signs in as them from a device that is new.

use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{email::Email, known_device::should_notify, user::User},
    error::Error,
    mail::message::Message,
    store,
    usecase::{
        mail::queue_mail::{local_time, queue_mail},
        request_context::RequestContext,
    },
};

/// Records what a person signs in with, and queues a notice when it is worth one. The tenant is set.
///
/// # Errors
/// When the store refuses.
pub(super) async fn notify_new_device(
    app: &App,
    conn: &mut PgConnection,
    user: &User,
    context: &RequestContext,
) -> Result<(), Error> {
    let now = app.clock.now();
    let known = store::known_device::list_by_user(conn, user.user_id).await?;
    store::known_device::record(conn, user.tenant_id, user.user_id, &context.device, now).await?;
    let credential = store::credential::find(conn, user.user_id).await?;
    let email = Email::parse("email", &user.email)?;
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

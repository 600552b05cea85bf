//! A person hears of it when someone signs in as them from a device that is new.

use sqlx::PgConnection;

use super::{
    queue_mail::{local_time, queue_mail},
    sign_in::Place,
};
use crate::{
    app::App,
    domain::{email::Email, known_device::is_worth_a_notice},
    error::Error,
    mail::letter::Letter,
    store::{self, user::User},
};

/// Records what a person signs in with, and queues a notice when it is worth one. The tenant is set.
///
/// # Errors
/// When the store refuses.
pub(super) async fn notice_device(
    app: &App,
    connection: &mut PgConnection,
    user: &User,
    place: &Place,
) -> Result<(), Error> {
    let now = app.clock.now();
    let known = store::known_device::of_user(connection, user.user_id).await?;
    store::known_device::record(connection, user.tenant_id, user.user_id, &place.device, now).await?;
    let credential = store::credential::find(connection, user.user_id).await?;
    let email = Email::parse("email", &user.email)?;
    let is_known = place.known_device(app, &email, credential.as_ref()).is_some();
    if !is_worth_a_notice(&known, &place.device, is_known, now) {
        return Ok(());
    }
    let Some(tenant) = store::tenant::current(connection).await? else { return Ok(()) };
    let letter = Letter::NewDevice {
        device: place.device.clone(),
        time: local_time(&tenant, now),
        sessions_url: app.issuer.join("/"),
        forgot_url: app.issuer.join("/forgot-password"),
    };
    queue_mail(app, connection, user.into(), &letter).await
}

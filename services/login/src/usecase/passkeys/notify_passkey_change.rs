//! Notifies a person of an added or removed passkey, because a passkey can sign in as them.

use sqlx::PgConnection;

use crate::{
    app::App,
    error::Error,
    mail::message::{Message, PasskeyNotice},
    usecase::{
        mail::queue_mail::{local_time, queue_mail},
        sessions::authenticate::SignedIn,
    },
};

/// Queues the notice in the transaction of the change.
pub(super) async fn notify_passkey_change(
    app: &App,
    conn: &mut PgConnection,
    person: &SignedIn,
    message: fn(PasskeyNotice) -> Message,
) -> Result<(), Error> {
    let notice = PasskeyNotice {
        device: person.session.device.clone(),
        time: local_time(&person.tenant, app.clock.now()),
        account_url: app.issuer.join("/"),
        forgot_url: app.issuer.join("/forgot-password"),
    };
    queue_mail(app, conn, (&person.user).into(), &message(notice)).await
}

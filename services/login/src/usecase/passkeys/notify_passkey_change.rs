//! A person hears of it when a passkey of theirs comes or goes: who has one can sign in as them.

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

/// Queues the notice that `letter` makes, in the transaction of what it tells of.
///
/// # Errors
/// When the store refuses.
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

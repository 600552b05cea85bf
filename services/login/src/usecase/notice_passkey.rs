//! A person hears of it when a passkey of theirs comes or goes: who has one can sign in as them.

use sqlx::PgConnection;

use super::{
    queue_mail::{local_time, queue_mail},
    recognise::SignedIn,
};
use crate::{
    app::App,
    error::Error,
    mail::letter::{Letter, PasskeyNotice},
};

/// Queues the notice that `letter` makes, in the transaction of what it tells of.
///
/// # Errors
/// When the store refuses.
pub(super) async fn notice_passkey(
    app: &App,
    connection: &mut PgConnection,
    person: &SignedIn,
    letter: fn(PasskeyNotice) -> Letter,
) -> Result<(), Error> {
    let notice = PasskeyNotice {
        device: person.session.device.clone(),
        time: local_time(&person.tenant, app.clock.now()),
        account_url: app.issuer.join("/"),
        forgot_url: app.issuer.join("/forgot-password"),
    };
    queue_mail(app, connection, (&person.user).into(), &letter(notice)).await
}

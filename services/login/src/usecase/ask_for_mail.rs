//! Somebody asks for a mail to an address: a few times an hour, it is sent.

use chassis::id::new_uuid;
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::mail::{MOST_ASKED, WINDOW},
    error::Error,
    store::{self, mail_request::MailRequestKind},
};

/// Counts the request, unless there were too many: whether it may be followed.
///
/// # Errors
/// When the store refuses.
pub(super) async fn ask_for_mail(
    app: &App,
    connection: &mut PgConnection,
    kind: MailRequestKind,
    address_hash: &[u8],
) -> Result<bool, Error> {
    let now = app.clock.now();
    store::mail_request::lock(connection, address_hash).await?;
    if store::mail_request::count(connection, kind, address_hash, now - WINDOW).await? >= MOST_ASKED {
        return Ok(false);
    }
    // A forgotten password is looked into later, by a worker: the answer then takes as long for an unknown address.
    let handled_at = (kind != MailRequestKind::PasswordReset).then_some(now);
    store::mail_request::insert(connection, new_uuid(&app.clock), kind, address_hash, now, handled_at).await?;
    Ok(true)
}

//! The mailbox of a developer, `/dev/mailbox`.

use chrono::{DateTime, Utc};

use super::queue_mail::recipient_hash;
use crate::{app::App, domain::mail::Mail, error::Error, store};

/// Mails on one page.
const PAGE_SIZE: i64 = 100;

/// The newest mails, newest first, optionally to one address.
///
/// # Errors
/// `not_found` when mails are sent by SMTP.
pub async fn read_mailbox(app: &App, to: Option<&str>) -> Result<Vec<(Mail, DateTime<Utc>)>, Error> {
    if !app.mailer.is_dev() {
        return Err(Error::NotFound("not_found"));
    }
    let recipient = to.map(recipient_hash);
    let mut worker = app.db.worker().acquire().await?;
    let rows = store::mail::newest(&mut worker, recipient.as_ref().map(<[u8; 32]>::as_slice), PAGE_SIZE).await?;
    let open = |(sealed, written_at): (Vec<u8>, _)| {
        let plain = app.sealer.open(&sealed).ok()?;
        Some((serde_json::from_slice(&plain).ok()?, written_at))
    };
    Ok(rows.into_iter().filter_map(open).collect())
}

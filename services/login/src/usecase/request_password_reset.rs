//! Someone forgot their password. What they are told comes before anybody looks whether the address has an account, so
//! that neither words nor time tell; a worker looks, and queues the mail.

use std::net::IpAddr;

use chassis::{db::set_tenant, secret};
use sqlx::PgConnection;

use super::{
    ask_for_mail::{ask_for_mail, ask_from},
    queue_mail::queue_mail,
};
use crate::{
    app::App,
    domain::{email::Email, mail::RESET_LIFETIME},
    error::Error,
    mail::letter::Letter,
    store::{self, directory::TokenKind, mail_request::MailRequestKind, tenant::Tenant, user::User},
};

/// Keeps the request for a worker.
///
/// # Errors
/// [`Error::Throttled`].
pub async fn request_password_reset(app: &App, email: &Email, place: IpAddr) -> Result<(), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    ask_from(app, &mut tx, MailRequestKind::PasswordReset, place).await?;
    ask_for_mail(app, &mut tx, MailRequestKind::PasswordReset, &email.hash()).await?;
    Ok(tx.commit().await?)
}

/// Looks into the requests that wait, and says how many there were. Replicas may do so at the same time.
///
/// # Errors
/// When the store can't be reached.
pub async fn answer_password_resets(app: &App) -> Result<usize, Error> {
    let mut answered = 0;
    loop {
        let mut tx = app.db.begin_unscoped().await?;
        let taken = store::mail_request::take(&mut tx, MailRequestKind::PasswordReset, app.clock.now()).await?;
        let Some(email_hash) = taken else { return Ok(answered) };
        answer(app, &mut tx, &email_hash).await?;
        tx.commit().await?;
        answered += 1;
    }
}

/// Queues a mail with a link for whoever has the address and may sign in. Older links of theirs are void.
async fn answer(app: &App, connection: &mut PgConnection, email_hash: &[u8]) -> Result<(), Error> {
    let whose = store::directory::find_email(connection, email_hash).await?;
    let Some((tenant_id, user_id)) = whose else { return Ok(()) };
    set_tenant(connection, tenant_id).await?;
    let served = store::tenant::current(connection).await?.is_some_and(|tenant: Tenant| tenant.is_active());
    let user = store::user::hold(connection, user_id).await?;
    let Some(user) = user.filter(|user: &User| served && user.is_active()) else { return Ok(()) };

    void_password_resets(connection, &user).await?;
    let (token, expires_at) = (secret::random_token(), app.clock.now() + RESET_LIFETIME);
    let hash = secret::hash(&token);
    store::directory::insert_token(connection, TokenKind::PasswordReset, &hash, tenant_id, expires_at).await?;
    store::password_reset::insert(connection, &hash, tenant_id, user_id, expires_at).await?;
    let letter = Letter::PasswordReset { url: app.issuer.join(&format!("/reset-password/{token}")) };
    queue_mail(app, connection, (&user).into(), &letter).await
}

/// Makes all links of a person void.
pub(super) async fn void_password_resets(connection: &mut PgConnection, user: &User) -> Result<(), Error> {
    for void in store::password_reset::delete_of(connection, user.user_id).await? {
        store::directory::delete_token(connection, &void).await?;
    }
    Ok(())
}

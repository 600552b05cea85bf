//! Accepts a request for a password reset. The response is sent before the account is looked up, so that neither text
//! nor time reveals whether it exists. A worker looks it up and queues the mail.

use std::{net::IpAddr, slice};

use chassis::{db::set_tenant, error::chain, id::new_uuid, secret};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        email::Email,
        mail::{DueMailRequest, MAX_REQUEST_TRIES, MailRequestKind, RESET_LIFETIME, wait_after},
        tenant::Tenant,
        user::User,
    },
    error::Error,
    mail::message::Message,
    store::{self, directory::TokenKind},
    usecase::mail::{
        limit_requests::{count_for_address, count_for_network},
        queue_mail::queue_mail,
    },
};

/// Stores the request for the worker. With `return_to`, the authorization request from which the person came.
///
/// # Errors
/// [`Error::Throttled`].
pub async fn request_password_reset(
    app: &App,
    email: &Email,
    source: IpAddr,
    return_to: Option<&str>,
) -> Result<(), Error> {
    let kind = MailRequestKind::PasswordReset;
    let mut tx = app.db.begin_unscoped().await?;
    count_for_network(app, &mut tx, kind, source).await?;
    let canonical = email.hash();
    if count_for_address(app, &mut tx, kind, &canonical).await?.is_none() {
        // The worker knows the hash only. An account of an earlier release may have another form of the address.
        for other in email.hashes().iter().filter(|hash| **hash != canonical) {
            store::mail_request::insert(&mut tx, new_uuid(&app.clock), kind, other, app.clock.now(), None).await?;
        }
        let sealed = return_to.map(|return_to| app.sealer.seal(return_to.as_bytes()));
        store::mail_request::set_return_to(&mut tx, kind, &email.hashes(), sealed.as_deref()).await?;
    }
    Ok(tx.commit().await?)
}

/// Handles the pending requests. Returns the number of handled requests. Replicas can run it at the same time.
///
/// A request that fails is tried again later, a few times, and the others continue. While the database is unavailable, all
/// wait, and no attempt is counted.
pub async fn answer_password_resets(app: &App) -> Result<usize, Error> {
    let (kind, mut answered) = (MailRequestKind::PasswordReset, 0);
    loop {
        let mut tx = app.db.begin_unscoped().await?;
        let taken = store::mail_request::take(&mut tx, kind, app.clock.now(), MAX_REQUEST_TRIES).await?;
        let Some(request) = taken else { return Ok(answered) };
        match answer(app, &mut tx, &request).await {
            Ok(()) => {
                tx.commit().await?;
                answered += 1;
            }
            Err(error) if error.is_unavailable() => return Err(error),
            Err(error) => {
                tx.rollback().await?;
                postpone(app, &request, &error).await?;
            }
        }
    }
}

async fn postpone(app: &App, request: &DueMailRequest, error: &Error) -> Result<(), Error> {
    let (request_id, tries) = (request.request_id, request.tries + 1);
    let mut tx = app.db.begin_unscoped().await?;
    store::mail_request::postpone(&mut tx, request_id, app.clock.now() + wait_after(tries)).await?;
    tx.commit().await?;
    if tries < MAX_REQUEST_TRIES {
        tracing::warn!(%request_id, request.tries = tries, error = chain(error), "password reset postponed");
    } else {
        tracing::error!(%request_id, request.tries = tries, error = chain(error), "password reset failed");
    }
    Ok(())
}

/// Queues a mail with a link if the address has an active account. Older links become invalid.
async fn answer(app: &App, conn: &mut PgConnection, request: &DueMailRequest) -> Result<(), Error> {
    let whose = store::directory::find_email(conn, slice::from_ref(&request.address_hash)).await?;
    let Some((tenant_id, user_id)) = whose else { return Ok(()) };
    set_tenant(conn, tenant_id).await?;
    let served = store::tenant::current(conn).await?.is_some_and(|tenant: Tenant| tenant.is_active());
    let user = store::user::lock_shared(conn, user_id).await?;
    let Some(user) = user.filter(|user: &User| served && user.is_active()) else { return Ok(()) };

    void_password_resets(conn, &user).await?;
    let (token, expires_at) = (secret::random_token(), app.clock.now() + RESET_LIFETIME);
    let hash = secret::hash(&token);
    store::directory::insert_token(conn, TokenKind::PasswordReset, &hash, tenant_id, expires_at).await?;
    store::password_reset::insert(conn, &hash, tenant_id, user_id, expires_at, request.return_to.as_deref()).await?;
    let message = Message::PasswordReset { url: app.issuer.join(&format!("/reset-password/{token}")) };
    queue_mail(app, conn, (&user).into(), &message).await
}

/// Deletes all reset links of a person.
pub(in crate::usecase) async fn void_password_resets(conn: &mut PgConnection, user: &User) -> Result<(), Error> {
    for void in store::password_reset::delete_by_user(conn, user.user_id).await? {
        store::directory::delete_token(conn, &void).await?;
    }
    Ok(())
}

//! A person is erased: everything that login knows of them goes, and the other products are told to forget them.
//!
//! What is kept by person refers to `user_account` and goes with that row. Invitations of the person go, of whichever
//! company, and so do those that they made and nobody accepted. What else they made for their company, such as clients,
//! stays; the id it names is nobody's then.

use std::iter;

use chassis::{
    db::set_tenant,
    id::{TenantId, UserId},
    idempotency, outbox,
};
use contracts::login::v1::{SessionChanged, UserChanged};
use sqlx::PgConnection;
use uuid::Uuid;

use super::change_member::{keep_an_admin, lock_member};
use crate::{
    app::App,
    domain::{email::Email, user::User},
    error::Error,
    store,
    usecase::sessions::end_session::end_sessions,
};

/// Erases a person of `tenant_id`, whose transaction it is.
///
/// # Errors
/// `user_not_found`, [`Error::LastAdmin`].
pub async fn erase_person(
    app: &App,
    conn: &mut PgConnection,
    tenant_id: TenantId,
    user_id: UserId,
) -> Result<(), Error> {
    let user = store::user::find(conn, user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
    let address = Email::parse("email", &user.email)?.hash();
    // Before the tenant, as whoever asks for a mail does; nobody waits with a mail in hand.
    store::mail_request::lock(conn, &address).await?;
    store::mail::erase_address(conn, &address).await?;
    let user = lock_member(conn, user_id).await?;
    keep_an_admin(conn, &user).await?;
    let inviting = store::invitation::erase(conn, &user.email, user_id).await?;

    for session_id in store::session::ids_of_user(conn, user_id).await? {
        outbox::delete::<SessionChanged>(conn, &session_id.to_string(), tenant_id).await?;
    }
    end_sessions(app, conn, Some(user_id)).await?;
    store::directory::delete_tokens_of_user(conn, user_id).await?;
    store::directory::delete_email(conn, user_id).await?;
    store::attempt::delete_all(conn, &address).await?;
    store::user::delete(conn, user_id).await?;
    outbox::publish_tombstone::<UserChanged>(conn, &app.clock, &user_id.to_string(), tenant_id).await?;
    forget_answers(conn, tenant_id, &inviting, &user).await?;
    tracing::info!(user_id = %user_id, "person erased");
    Ok(())
}

/// Answers that are kept for who repeats a request: those of people who were nobody yet, of tenants that invited the person,
/// and of the person's own, which is set again at the end.
async fn forget_answers(
    conn: &mut PgConnection,
    tenant_id: TenantId,
    inviting: &[TenantId],
    user: &User,
) -> Result<(), Error> {
    let nobodys = TenantId::from(Uuid::nil());
    for owner in iter::once(nobodys).chain(inviting.iter().copied()).chain([tenant_id]) {
        set_tenant(conn, owner).await?;
        idempotency::delete(conn, &user.user_id.to_string()).await?;
        idempotency::delete(conn, &user.email).await?;
    }
    Ok(())
}

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

use super::{
    change_member::{keep_an_admin, lock_member},
    end_sessions::end_sessions,
};
use crate::{
    app::App,
    domain::email::Email,
    error::Error,
    store::{self, user::User},
};

/// Erases a person of `tenant_id`, whose transaction it is.
///
/// # Errors
/// `user_not_found`, [`Error::LastAdmin`].
pub async fn erase_person(
    app: &App,
    connection: &mut PgConnection,
    tenant_id: TenantId,
    user_id: UserId,
) -> Result<(), Error> {
    let user = store::user::find(connection, user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
    let address = Email::parse("email", &user.email)?.hash();
    // Before the tenant, as whoever asks for a mail does; nobody waits with a mail in hand.
    store::mail_request::lock(connection, &address).await?;
    store::mail::forget_address(connection, &address).await?;
    let user = lock_member(connection, user_id).await?;
    keep_an_admin(connection, &user).await?;
    let inviting = store::invitation::forget(connection, &user.email, user_id).await?;

    for session_id in store::session::ids_of_user(connection, user_id).await? {
        outbox::delete::<SessionChanged>(connection, &session_id.to_string(), tenant_id).await?;
    }
    end_sessions(app, connection, Some(user_id)).await?;
    store::directory::delete_tokens_of(connection, user_id).await?;
    store::directory::delete_email(connection, user_id).await?;
    store::attempt::forget(connection, &address).await?;
    store::user::delete(connection, user_id).await?;
    outbox::publish_tombstone::<UserChanged>(connection, &app.clock, &user_id.to_string(), tenant_id).await?;
    forget_answers(connection, tenant_id, &inviting, &user).await?;
    tracing::info!(user_id = %user_id, "person erased");
    Ok(())
}

/// Answers that are kept for who repeats a request: those of people who were nobody yet, of tenants that invited the person,
/// and of the person's own, which is set again at the end.
async fn forget_answers(
    connection: &mut PgConnection,
    tenant_id: TenantId,
    inviting: &[TenantId],
    user: &User,
) -> Result<(), Error> {
    let nobodys = TenantId::from(Uuid::nil());
    for owner in iter::once(nobodys).chain(inviting.iter().copied()).chain([tenant_id]) {
        set_tenant(connection, owner).await?;
        idempotency::delete(connection, &user.user_id.to_string()).await?;
        idempotency::delete(connection, &user.email).await?;
    }
    Ok(())
}

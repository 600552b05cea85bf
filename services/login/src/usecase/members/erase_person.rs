//! Erases a person in login, and publishes a tombstone so that the other products erase the person too.
//!
//! Rows about the person refer to `user_account` and are deleted with it. Invitations for the person are deleted in all
//! tenants, as are the open invitations that the person made. Other data that the person created for the tenant, such
//! as clients, is not deleted; the user id in it then refers to no person.

use std::iter;

use chassis::{
    db::set_tenant,
    id::{TenantId, UserId},
    idempotency, outbox,
};
use contracts::login::v1::{SessionChanged, UserChanged};
use sqlx::PgConnection;
use uuid::Uuid;

use super::change_member::{lock_member, require_other_admin};
use crate::{app::App, domain::email::Email, error::Error, store, usecase::sessions::end_session::end_sessions};

/// Erases a person of `tenant_id`, the tenant of the transaction.
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
    let email = Email::stored(&user.email);
    let address = email.hash();
    // Locked before the tenant, in the same order as mail requests.
    store::mail_request::lock(conn, &address).await?;
    for form in email.hashes() {
        store::mail::erase_address(conn, &form).await?;
    }
    let user = lock_member(conn, user_id).await?;
    require_other_admin(conn, &user).await?;
    let mut inviting = vec![];
    for form in email.forms() {
        inviting.extend(store::invitation::erase(conn, &form, user_id).await?);
    }

    for session_id in store::session::ids_of_user(conn, user_id).await? {
        outbox::delete::<SessionChanged>(conn, &session_id.to_string(), tenant_id).await?;
    }
    end_sessions(app, conn, Some(user_id)).await?;
    store::directory::delete_tokens_of_user(conn, user_id).await?;
    store::directory::delete_email(conn, user_id).await?;
    store::attempt::delete_all(conn, &address).await?;
    store::user::delete(conn, user_id).await?;
    outbox::publish_tombstone::<UserChanged>(conn, &app.clock, &user_id.to_string(), tenant_id).await?;
    delete_responses(conn, tenant_id, &inviting, user_id, &email).await?;
    tracing::info!(user_id = %user_id, "person erased");
    Ok(())
}

/// Deletes stored idempotent responses about the person: of anonymous callers, of tenants that invited the person, and
/// of the person's own tenant, which is set last.
async fn delete_responses(
    conn: &mut PgConnection,
    tenant_id: TenantId,
    inviting: &[TenantId],
    user_id: UserId,
    email: &Email,
) -> Result<(), Error> {
    let anonymous = TenantId::from(Uuid::nil());
    for owner in iter::once(anonymous).chain(inviting.iter().copied()).chain([tenant_id]) {
        set_tenant(conn, owner).await?;
        idempotency::delete(conn, &user_id.to_string()).await?;
        for form in email.forms() {
            idempotency::delete(conn, &form).await?;
        }
    }
    Ok(())
}

//! A person is erased: everything that login knows of them goes, and the other products are told to forget them.
//!
//! What is kept by person refers to `user_account` and goes with that row. What they made for their company, such as
//! clients and invitations of others, stays; the id it names is nobody's then.

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
    // Invitations before the tenant, in the order of those who invite and accept.
    let invitations = store::invitation::delete_all_for(connection, &user.email).await?;
    store::directory::delete_tokens(connection, &invitations).await?;
    let user = lock_member(connection, user.user_id).await?;
    keep_an_admin(connection, &user).await?;

    for session_id in store::session::ids_of_user(connection, user_id).await? {
        outbox::forget::<SessionChanged>(connection, &session_id.to_string(), tenant_id).await?;
    }
    end_sessions(app, connection, Some(user_id)).await?;
    store::directory::delete_tokens_of(connection, user_id).await?;
    store::directory::delete_email(connection, user_id).await?;
    let address = Email::parse("email", &user.email)?.hash();
    store::attempt::forget(connection, &address).await?;
    store::mail::forget_address(connection, &address).await?;
    store::user::delete(connection, user_id).await?;
    outbox::publish_tombstone::<UserChanged>(connection, &app.clock, &user_id.to_string(), tenant_id).await?;
    forget_answers(connection, tenant_id, &user).await?;
    tracing::info!(user_id = %user_id, "person erased");
    Ok(())
}

/// Answers that are kept for who repeats a request: those of the tenant, and those of people who were nobody yet.
async fn forget_answers(connection: &mut PgConnection, tenant_id: TenantId, user: &User) -> Result<(), Error> {
    for owner in [TenantId::from(Uuid::nil()), tenant_id] {
        set_tenant(connection, owner).await?;
        idempotency::forget(connection, &user.user_id.to_string()).await?;
        idempotency::forget(connection, &user.email).await?;
    }
    Ok(())
}

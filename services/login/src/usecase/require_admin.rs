//! Checks the admin role in the database: an access token can be up to five minutes out of date.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::{
    domain::{tenant::Tenant, user::User},
    error::Error,
    store,
};

/// Fails unless the person is an active admin of an active tenant. Call it in the transaction of the change.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn require_admin(conn: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let user = store::user::find(conn, user_id).await?.filter(|user| user.is_active() && User::is_admin(user));
    let tenant = store::tenant::current(conn).await?.filter(Tenant::is_active);
    user.zip(tenant).map(drop).ok_or(Error::Forbidden)
}

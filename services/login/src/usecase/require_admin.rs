//! Whether someone is an admin now, whatever their token says: it says so for five minutes longer than it is true.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::{
    domain::{tenant::Tenant, user::User},
    error::Error,
    store,
};

/// Refuses who is no active admin of an active tenant any more, in the transaction of what only admins may do.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn require_admin(conn: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let user = store::user::find(conn, user_id).await?.filter(|user| user.is_active() && User::is_admin(user));
    let tenant = store::tenant::current(conn).await?.filter(Tenant::is_active);
    user.zip(tenant).map(drop).ok_or(Error::Forbidden)
}

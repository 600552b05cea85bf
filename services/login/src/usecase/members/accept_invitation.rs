//! Accepts an invitation: adds the invited person to the tenant.

use chassis::{db::set_tenant, secret, text::Locale};
use sqlx::PgConnection;

use super::join::{NewPerson, join};
use crate::{
    app::App,
    domain::{
        email::Email,
        invitation::Invitation,
        password::NewPassword,
        tenant::Tenant,
        user::{self, User},
    },
    error::Error,
    passwords::PasswordHashed,
    store::{self, directory::TokenKind},
    usecase::enforce_plan::admit_member,
};

/// The open invitation of a token, and its tenant.
///
/// # Errors
/// `invitation_not_found` when it was accepted, replaced or withdrawn, or has expired.
pub async fn find_invitation(app: &App, token: &str) -> Result<(Invitation, Tenant), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let hash = enter(&mut tx, token).await?;
    let invitation = store::invitation::find_open(&mut tx, &hash, app.clock.now()).await?.ok_or(NOT_FOUND)?;
    let tenant = store::tenant::current(&mut tx).await?.filter(Tenant::is_active).ok_or(NOT_FOUND)?;
    tx.commit().await?;
    Ok((invitation, tenant))
}

/// Validates the invitation, then hashes the chosen password: without a valid token nothing is hashed.
///
/// # Errors
/// `invitation_not_found`, the field `password`, [`Error::Busy`].
pub async fn hash_password(
    app: &App,
    token: &str,
    display_name: &str,
    password: NewPassword,
) -> Result<PasswordHashed, Error> {
    let (invitation, tenant) = find_invitation(app, token).await?;
    let known = [&invitation.email, display_name, &tenant.name, &tenant.slug];
    app.passwords.hash(password.reject_personal("password", &known)?).await
}

/// Adds the invited person. Sets the tenant of the transaction.
///
/// # Errors
/// As [`find_invitation`]; [`Error::EmailTaken`], [`Error::PlanLimitMembers`].
pub async fn accept_invitation(
    app: &App,
    conn: &mut PgConnection,
    token: &str,
    display_name: String,
    password: &PasswordHashed,
) -> Result<User, Error> {
    let now = app.clock.now();
    let hash = enter(conn, token).await?;
    let tenant = store::tenant::lock(conn).await?.filter(Tenant::is_active).ok_or(NOT_FOUND)?;
    let invitation = store::invitation::lock_open(conn, &hash, now).await?.ok_or(NOT_FOUND)?;
    let person = NewPerson {
        email: Email::stored(&invitation.email),
        display_name,
        // A newer release may have stored a language or a role that this one does not know.
        locale: Locale::stored(&invitation.locale),
        role: user::stored_role(&invitation.role),
    };
    admit_member(conn).await?;
    let user = join(app, conn, tenant.tenant_id, person, password).await?;
    store::invitation::mark_accepted(conn, invitation.invitation_id, now).await?;
    store::directory::delete_token(conn, &invitation.token_hash).await?;
    Ok(user)
}

/// Sets the tenant of the token. Returns the token's hash.
async fn enter(conn: &mut PgConnection, token: &str) -> Result<[u8; 32], Error> {
    let hash = secret::hash(token);
    let tenant_id = store::directory::find_token(conn, TokenKind::Invitation, &hash).await?;
    set_tenant(conn, tenant_id.ok_or(NOT_FOUND)?).await?;
    Ok(hash)
}

const NOT_FOUND: Error = Error::NotFound("invitation_not_found");

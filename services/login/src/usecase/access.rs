//! Checks the caller of a request in the transaction of its work.
//!
//! An access token says what was true when it was issued, and a cookie what was true when the page was read. So every
//! endpoint of `/v1`, every gRPC method of a person and every form of a signed-in person begins here: token, grant,
//! session, person, role and tenant are those of now. [`begin_write`] also locks them until the change is committed.
//! Only sign-out and the form that ends an own session do not: they give nothing to a session that has ended.

use chassis::{
    auth::Person,
    id::{SessionId, TenantId, UserId},
    secret,
};
use secrecy::ExposeSecret;
use sqlx::{PgConnection, Postgres, Transaction};

use super::sessions::authenticate::SignedIn;
use crate::{
    app::App,
    domain::{email::Email, refresh::FamilyId, tenant::Tenant, user::User},
    error::Error,
    keys::IssuedClaims,
    store,
};

/// A person, and the session by which they act.
#[derive(Debug, Clone)]
pub struct Acting {
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub session_id: SessionId,
    /// `None` for a person on a page.
    token: Option<AccessToken>,
}

#[derive(Debug, Clone)]
struct AccessToken {
    /// SHA-256 of the token.
    hash: [u8; 32],
    client_id: String,
    grant_id: Option<FamilyId>,
    scope: String,
    audience: String,
}

/// What a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Member,
    Admin,
}

impl Acting {
    /// A person on a page.
    pub fn on_page(person: &SignedIn) -> Self {
        Self {
            tenant_id: person.session.tenant_id,
            user_id: person.session.user_id,
            session_id: person.session.session_id,
            token: None,
        }
    }

    /// The person of a verified access token.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] when the token has expired in the meantime.
    pub async fn by_token(app: &App, person: &Person) -> Result<Self, Error> {
        let token = person.token.expose_secret();
        let claims = app.keys.ring().await?.read_access_token(token, app.issuer.as_str());
        claims.and_then(|claims| Self::of_claims(token, &claims)).ok_or(Error::SessionEnded)
    }

    /// The person of a token's claims; `None` for a client's own token.
    pub(in crate::usecase) fn of_claims(token: &str, claims: &IssuedClaims) -> Option<Self> {
        let access = &claims.access;
        let token = AccessToken {
            hash: secret::hash(token),
            client_id: access.client_id.clone(),
            grant_id: claims.grant_id,
            scope: access.scope.clone(),
            audience: access.aud.clone(),
        };
        Some(Self {
            tenant_id: access.tenant_id?,
            user_id: access.sub.parse().ok()?,
            session_id: access.sid?,
            token: Some(token),
        })
    }
}

/// Begins a transaction that reads.
///
/// # Errors
/// [`Error::SessionEnded`] when the session, the token's grant, the person or the tenant is no longer active;
/// [`Error::Forbidden`] without the right.
pub async fn begin_read(app: &App, acting: &Acting, right: Right) -> Result<Transaction<'static, Postgres>, Error> {
    let mut tx = app.db.begin(acting.tenant_id).await?;
    let found = find_person(app, &mut tx, acting).await?;
    require(found, right)?;
    Ok(tx)
}

/// Begins a transaction that writes. Until it ends, no one suspends the tenant or the person, changes their role or
/// ends the session.
///
/// # Errors
/// As [`begin_read`].
pub async fn begin_write(app: &App, acting: &Acting, right: Right) -> Result<Transaction<'static, Postgres>, Error> {
    let mut tx = app.db.begin(acting.tenant_id).await?;
    lock(app, &mut tx, acting, right).await?;
    Ok(tx)
}

/// Begins a transaction that erases `erased`. Locks the mail requests of their address first, as a sign-up does.
///
/// # Errors
/// As [`begin_read`].
pub async fn begin_erasure(
    app: &App,
    acting: &Acting,
    right: Right,
    erased: UserId,
) -> Result<Transaction<'static, Postgres>, Error> {
    let mut tx = app.db.begin(acting.tenant_id).await?;
    if let Some(user) = store::user::find(&mut tx, erased).await? {
        store::mail_request::lock(&mut tx, &Email::stored(&user.email).hash()).await?;
    }
    lock(app, &mut tx, acting, right).await?;
    Ok(tx)
}

/// Locks the tenant, the person and the session, then checks them. The locks are exclusive where a use case needs them
/// so later: two shared locks could not both be extended.
async fn lock(app: &App, conn: &mut PgConnection, acting: &Acting, right: Right) -> Result<(), Error> {
    store::tenant::lock(conn).await?;
    store::user::lock(conn, acting.user_id).await?;
    store::session::lock_shared(conn, acting.session_id).await?;
    let found = find_person(app, conn, acting).await?;
    require(found, right)
}

fn require(found: Option<(User, Tenant)>, right: Right) -> Result<(), Error> {
    let (user, _) = found.ok_or(Error::SessionEnded)?;
    if right == Right::Admin && !user.is_admin() { Err(Error::Forbidden) } else { Ok(()) }
}

/// The person and their tenant, if both are active, the session is live and the token is not revoked.
pub(in crate::usecase) async fn find_person(
    app: &App,
    conn: &mut PgConnection,
    acting: &Acting,
) -> Result<Option<(User, Tenant)>, Error> {
    let session = store::session::find(conn, acting.session_id, app.clock.now()).await?;
    if session.is_none_or(|session| session.user_id != acting.user_id) {
        return Ok(None);
    }
    if let Some(token) = &acting.token
        && !is_granted(app, conn, acting.session_id, token).await?
    {
        return Ok(None);
    }
    let user = store::user::find(conn, acting.user_id).await?.filter(User::is_active);
    let tenant = store::tenant::current(conn).await?.filter(Tenant::is_active);
    Ok(user.zip(tenant))
}

/// Whether the token is not revoked, its grant neither, and its client is still registered for what the token allows. The
/// clients of the operator's file are not compared, because replicas can differ in it during a rollout.
async fn is_granted(
    app: &App,
    conn: &mut PgConnection,
    session_id: SessionId,
    token: &AccessToken,
) -> Result<bool, Error> {
    let AccessToken { hash, client_id, grant_id, scope, audience } = token;
    let api = chassis::auth::claims::audience(&app.issuer);
    let is_allowed = app.first_party.get(client_id).is_some()
        || store::client::find(conn, client_id).await?.is_some_and(|client| client.may_have(scope, audience, &api));
    Ok(is_allowed
        && !store::revoked::contains(conn, hash).await?
        && store::refresh::is_granted(conn, session_id, client_id, *grant_id).await?)
}

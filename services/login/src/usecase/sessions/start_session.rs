//! Starts a session after a sign-in, a sign-up or an accepted invitation.

use chassis::{id::SessionId, outbox, secret};
use contracts::login::v1::SessionState;
use sqlx::PgConnection;

use super::{end_session::end, notify_new_device::notify_new_device};
use crate::{
    app::App,
    domain::{
        self, calendar,
        session::{Method, Session},
        tenant::Tenant,
        user::User,
    },
    error::Error,
    events,
    store::{self, directory::TokenKind},
    usecase::{enforce_plan::admit_sign_in, request_context::RequestContext},
};

/// A new session.
#[derive(Debug)]
pub struct Started {
    pub session: Session,
    /// The value of the session cookie. It is not stored.
    pub token: String,
}

/// Starts a session for a person who has proved a password, or has opened a link to set a password.
///
/// # Errors
/// [`Error::BadCredentials`] when the person or tenant was suspended or erased in the meantime;
/// [`Error::PlanLimitSignIns`].
pub async fn start_session(
    app: &App,
    conn: &mut PgConnection,
    user: &User,
    context: &RequestContext,
) -> Result<Started, Error> {
    start_session_by(app, conn, user, context, Method::Password).await
}

/// Starts a session for an authenticated person.
///
/// # Errors
/// As [`start_session`].
pub async fn start_session_by(
    app: &App,
    conn: &mut PgConnection,
    user: &User,
    context: &RequestContext,
    method: Method,
) -> Result<Started, Error> {
    let now = app.clock.now();
    let tenant = lock_tenant_and_person(conn, user).await?;
    let kept = domain::session::MAX_PER_PERSON - 1;
    for session_id in store::session::least_used(conn, user.user_id, now, kept).await? {
        end(app, conn, session_id).await?;
    }
    notify_new_device(app, conn, user, context).await?;
    let token = secret::random_token();
    let session = Session {
        session_id: SessionId::new(&app.clock),
        tenant_id: user.tenant_id,
        user_id: user.user_id,
        token_hash: secret::hash(&token).to_vec(),
        device: context.device.clone(),
        created_at: now,
        last_used_at: now,
        expires_at: now + domain::session::LIFETIME,
        amr: method.amr(),
    };
    store::directory::insert_token(
        conn,
        TokenKind::Session,
        &session.token_hash,
        session.tenant_id,
        session.expires_at,
    )
    .await?;
    store::session::insert(conn, &session).await?;
    outbox::publish(conn, &app.clock, &events::session_changed(&app.clock, &session, SessionState::Active)).await?;
    outbox::publish(conn, &app.clock, &events::usage_of_sign_in(&app.clock, session.tenant_id)).await?;
    let month = calendar::month(&tenant.time_zone, now);
    if store::usage::record_active_member(conn, session.tenant_id, month, session.user_id).await? {
        outbox::publish(conn, &app.clock, &events::usage_of_active_member(&app.clock, session.tenant_id)).await?;
    }
    // Last, because it serializes the sign-ins of the tenant.
    admit_sign_in(conn, &tenant, now).await?;
    Ok(Started { session, token })
}

/// Takes shared locks on tenant and person until the transaction ends. A concurrent suspension waits, and then ends
/// this session too.
async fn lock_tenant_and_person(conn: &mut PgConnection, user: &User) -> Result<Tenant, Error> {
    let tenant = store::tenant::lock_shared(conn).await?.filter(Tenant::is_active).ok_or(Error::BadCredentials)?;
    let user = store::user::lock_shared(conn, user.user_id).await?.filter(User::is_active);
    user.map(|_| tenant).ok_or(Error::BadCredentials)
}

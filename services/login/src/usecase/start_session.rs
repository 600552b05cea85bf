//! A session begins: someone signed in, just signed up, or accepted an invitation.

use chassis::{id::SessionId, outbox, secret};
use contracts::login::v1::SessionState;
use sqlx::PgConnection;

use super::notice_device::notice_device;
use crate::{
    app::App,
    domain,
    error::Error,
    events,
    store::{self, directory::TokenKind, session::Session, user::User},
};

/// A session that has just begun.
#[derive(Debug)]
pub struct Started {
    /// The session.
    pub session: Session,
    /// What its cookie holds; kept nowhere.
    pub token: String,
}

/// Starts a session for a person who has just proved who they are.
///
/// # Errors
/// When the store refuses.
pub async fn start_session(
    app: &App,
    connection: &mut PgConnection,
    user: &User,
    device: String,
) -> Result<Started, Error> {
    notice_device(app, connection, user, &device).await?;
    let now = app.clock.now();
    let token = secret::random_token();
    let session = Session {
        session_id: SessionId::new(&app.clock),
        tenant_id: user.tenant_id,
        user_id: user.user_id,
        token_hash: secret::hash(&token).to_vec(),
        device,
        created_at: now,
        last_used_at: now,
        expires_at: now + domain::session::LIFETIME,
    };
    store::directory::insert_token(
        connection,
        TokenKind::Session,
        &session.token_hash,
        session.tenant_id,
        session.expires_at,
    )
    .await?;
    store::session::insert(connection, &session).await?;
    outbox::publish(connection, &app.clock, &events::session_changed(&app.clock, &session, SessionState::Active))
        .await?;
    outbox::publish(connection, &app.clock, &events::signed_in(&app.clock, session.tenant_id)).await?;
    Ok(Started { session, token })
}

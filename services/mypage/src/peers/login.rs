//! The client of login, for data that events do not contain: live sessions, and profiles before their first event.

use std::time::Duration;

use chassis::{
    client::{self, Channel, Identity, ServiceTokens},
    id::{SessionId, TenantId, UserId},
    problem::Problem,
};
use chrono::{DateTime, Utc};
use contracts::{
    login::v1::{GetUserRequest, ListSessionsRequest, RevokeSessionRequest, Role, User, login_client::LoginClient},
    read,
};
use secrecy::SecretString;

use super::with_deadline;
use crate::{
    config::Config,
    domain::{device::Device, profile::Profile},
};

/// Maximum number of devices on a page.
const MAX_DEVICES: usize = 100;

#[derive(Clone)]
pub struct LoginPeer {
    client: LoginClient<Channel>,
    service: ServiceTokens,
    deadline: Duration,
}

impl LoginPeer {
    /// Connects lazily.
    pub fn new(config: &Config) -> Self {
        let client = &config.client;
        let secret = client.mypage_client_secret.clone();
        Self {
            client: LoginClient::new(client::channel(&config.peers.login_grpc_addrs)),
            service: ServiceTokens::new(&config.issuer, client.mypage_client_id.clone(), secret),
            deadline: config.peers.deadline(),
        }
    }

    /// Fetches a profile with mypage's own service token.
    pub async fn profile(&self, tenant: TenantId, user: UserId, now: DateTime<Utc>) -> Result<Profile, Problem> {
        let message = GetUserRequest { user_id: user.to_string(), tenant_id: tenant.to_string() };
        let identity = Identity::Service(self.service.clone());
        let call = || async {
            let request = client::request(message.clone(), &identity, self.deadline).await?;
            self.client.clone().get_user(request).await
        };
        with_deadline(self.deadline, call)
            .await?
            .user
            .and_then(|user| profile(&user, now))
            .ok_or_else(|| Problem::unavailable("login answered without a valid user"))
    }

    /// Lists the person's live sessions, newest first.
    pub async fn devices(&self, token: &SecretString, now: DateTime<Utc>) -> Result<Vec<Device>, Problem> {
        let identity = Identity::Person(token.clone());
        let call = || async {
            let request = client::request(ListSessionsRequest::default(), &identity, self.deadline).await?;
            self.client.clone().list_sessions(request).await
        };
        let sessions = with_deadline(self.deadline, call).await?.sessions.into_iter();
        Ok(sessions
            .filter_map(|session| {
                Some(Device {
                    session_id: session.session_id.parse().ok()?,
                    name: read::text(&session.device),
                    last_used_at: read::known_time(session.last_used_at, now),
                    current: session.current,
                })
            })
            .take(MAX_DEVICES)
            .collect())
    }

    /// Ends one of the person's sessions.
    pub async fn revoke_session(&self, token: &SecretString, session: SessionId) -> Result<(), Problem> {
        let message = RevokeSessionRequest { session_id: session.to_string() };
        let identity = Identity::Person(token.clone());
        // A person waits for this write, so its deadline is longer than that of a page part.
        let deadline = self.deadline * 10;
        // Idempotent: revoking an ended session succeeds.
        let call = || async {
            let request = client::request(message.clone(), &identity, deadline).await?;
            self.client.clone().revoke_session(request).await
        };
        with_deadline(deadline, call).await.map(drop)
    }
}

/// Reads a profile; `None` when it names no person. Fields that are not understood have defaults.
fn profile(user: &User, now: DateTime<Utc>) -> Option<Profile> {
    Some(Profile {
        user_id: user.user_id.parse().ok()?,
        tenant_id: user.tenant_id.parse().ok()?,
        admin: user.roles().any(|role| role == Role::Admin),
        created_at: read::time_or(user.created_at, now, now),
        email: read::text(&user.email),
        display_name: read::text(&user.display_name),
        locale: read::code(&user.locale, ""),
    })
}

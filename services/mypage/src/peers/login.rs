//! login, for what events do not tell: live sessions, and a profile that has not arrived yet.

use std::time::Duration;

use chassis::{
    client::{self, Channel, Identity, ServiceTokens},
    id::{SessionId, TenantId, UserId},
    problem::Problem,
};
use chrono::{DateTime, Utc};
use contracts::{
    convert::datetime,
    login::v1::{GetUserRequest, ListSessionsRequest, RevokeSessionRequest, Role, User, login_client::LoginClient},
};
use secrecy::SecretString;

use super::within;
use crate::{config::Config, domain::profile::Profile};

/// A connection to login.
#[derive(Clone)]
pub struct LoginPeer {
    client: LoginClient<Channel>,
    service: ServiceTokens,
    deadline: Duration,
}

/// A device that the person is signed in on.
#[derive(Clone, Debug)]
pub struct Device {
    /// login's session.
    pub session_id: SessionId,
    /// What the person signed in with; may be empty.
    pub name: String,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl LoginPeer {
    /// Connects when it is first used.
    pub fn new(config: &Config) -> Self {
        let client = &config.client;
        let secret = client.mypage_client_secret.clone();
        Self {
            client: LoginClient::new(client::channel(&config.peers.login_grpc_addrs)),
            service: ServiceTokens::new(&config.issuer, client.mypage_client_id.clone(), secret),
            deadline: config.peers.deadline(),
        }
    }

    /// Who the person is, asked for by mypage itself.
    pub async fn profile(&self, tenant: TenantId, user: UserId) -> Result<Profile, Problem> {
        let message = GetUserRequest { user_id: user.to_string(), tenant_id: tenant.to_string() };
        let identity = Identity::Service(self.service.clone());
        let call = || async {
            let request = client::request(message.clone(), &identity, self.deadline).await?;
            self.client.clone().get_user(request).await
        };
        within(self.deadline, call)
            .await?
            .user
            .and_then(profile)
            .ok_or_else(|| Problem::unavailable("login told of no user"))
    }

    /// The person's live sessions, newest first.
    pub async fn devices(&self, token: &SecretString) -> Result<Vec<Device>, Problem> {
        let identity = Identity::Person(token.clone());
        let call = || async {
            let request = client::request(ListSessionsRequest::default(), &identity, self.deadline).await?;
            self.client.clone().list_sessions(request).await
        };
        let sessions = within(self.deadline, call).await?.sessions.into_iter();
        Ok(sessions
            .filter_map(|session| {
                Some(Device {
                    session_id: session.session_id.parse().ok()?,
                    name: session.device,
                    last_used_at: datetime(session.last_used_at),
                    current: session.current,
                })
            })
            .collect())
    }

    /// Ends one of the person's sessions.
    pub async fn end_session(&self, token: &SecretString, session: SessionId) -> Result<(), Problem> {
        let message = RevokeSessionRequest { session_id: session.to_string() };
        let identity = Identity::Person(token.clone());
        // A person waits for this one, and it is more than a read.
        let deadline = self.deadline * 10;
        // Ending what has ended is no error: asking twice does no harm.
        let call = || async {
            let request = client::request(message.clone(), &identity, deadline).await?;
            self.client.clone().revoke_session(request).await
        };
        within(deadline, call).await.map(drop)
    }
}

fn profile(user: User) -> Option<Profile> {
    Some(Profile {
        user_id: user.user_id.parse().ok()?,
        tenant_id: user.tenant_id.parse().ok()?,
        admin: user.roles().any(|role| role == Role::Admin),
        created_at: datetime(user.created_at)?,
        email: user.email,
        display_name: user.display_name,
        locale: user.locale,
    })
}

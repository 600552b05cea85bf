//! A fake of login's gRPC: one user and a list of sessions.

use std::sync::{Arc, Mutex};

use contracts::{
    convert::timestamp,
    login::v1::{
        self as wire, BatchGetUsersRequest, BatchGetUsersResponse, GetUserRequest, GetUserResponse,
        IntrospectTokenRequest, IntrospectTokenResponse, ListSessionsRequest, ListSessionsResponse,
        RevokeSessionRequest, RevokeSessionResponse,
        login_server::{Login, LoginServer},
    },
};
use tonic::{Request, Response, Status, service::Routes};

#[derive(Clone, Default)]
pub(crate) struct FakeLogin {
    pub(crate) sessions: Arc<Mutex<Vec<wire::Session>>>,
}

impl FakeLogin {
    pub(crate) async fn start(&self) -> String {
        support::serve_grpc(Routes::new(LoginServer::new(self.clone()))).await
    }
}

fn bearer<T>(request: &Request<T>) -> Result<(), Status> {
    let sent = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
    sent.filter(|sent| sent.starts_with("Bearer ey")).map(drop).ok_or_else(|| Status::unauthenticated("no token"))
}

#[tonic::async_trait]
impl Login for FakeLogin {
    async fn get_user(&self, request: Request<GetUserRequest>) -> Result<Response<GetUserResponse>, Status> {
        bearer(&request)?;
        let GetUserRequest { user_id, tenant_id } = request.into_inner();
        let user = wire::User {
            user_id,
            tenant_id,
            email: "mina@hangang.example".into(),
            display_name: "Mina of login".into(),
            locale: "en".into(),
            created_at: Some(timestamp(chrono::DateTime::UNIX_EPOCH)),
            ..wire::User::default()
        };
        Ok(Response::new(GetUserResponse { user: Some(user) }))
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        bearer(&request)?;
        let sessions = self.sessions.lock().expect("not poisoned").clone();
        Ok(Response::new(ListSessionsResponse { sessions }))
    }

    async fn revoke_session(
        &self,
        request: Request<RevokeSessionRequest>,
    ) -> Result<Response<RevokeSessionResponse>, Status> {
        bearer(&request)?;
        let id = request.into_inner().session_id;
        self.sessions.lock().expect("not poisoned").retain(|session| session.session_id != id);
        Ok(Response::new(RevokeSessionResponse {}))
    }

    async fn batch_get_users(
        &self,
        _: Request<BatchGetUsersRequest>,
    ) -> Result<Response<BatchGetUsersResponse>, Status> {
        Err(Status::unimplemented("mypage does not call this method"))
    }

    async fn introspect_token(
        &self,
        _: Request<IntrospectTokenRequest>,
    ) -> Result<Response<IntrospectTokenResponse>, Status> {
        Err(Status::unimplemented("mypage does not call this method"))
    }
}

//! The gRPC service `login.v1.Login`, for the other products.
//!
//! To add a method: declare it in `proto/login/v1/login.proto` with its callers. Implement it here: check the caller
//! ([`LoginService::caller`]), then the tenant ([`chassis::auth::tenant_of`]), then call the use case. A product may call
//! `GetUser`, `BatchGetUsers` and `IntrospectToken` for itself; every other method begins with
//! [`chassis::auth::person`]. Add the method to the table in `tests/api/callers.rs`.

mod messages;

use chassis::{
    auth::{Caller, INTERNAL_SCOPE, Person, Role, caller, person, tenant_of},
    id::{SessionId, UserId},
    lifecycle::Reflection,
    problem::{FieldError, Problem},
};
use contracts::login::v1::{
    BatchGetUsersRequest, BatchGetUsersResponse, GetUserRequest, GetUserResponse, IntrospectTokenRequest,
    IntrospectTokenResponse, ListSessionsRequest, ListSessionsResponse, RevokeSessionRequest, RevokeSessionResponse,
    login_server::{self, Login, LoginServer},
};
use tonic::{Request, Response, Status, service::Routes};
use uuid::Uuid;

use crate::{
    app::App,
    error::Error,
    events, store,
    usecase::{
        oauth::introspect::introspect, require_admin::require_admin, sessions::end_session::end_session_for_caller,
    },
};

pub const REFLECTION: Reflection =
    Reflection { service: login_server::SERVICE_NAME, descriptors: contracts::FILE_DESCRIPTOR_SET };

/// Maximum number of users in one request.
const MAX_USERS: usize = 100;

/// Builds the service, which requires access tokens.
pub fn routes(app: App) -> Routes {
    let verifier = app.verifier.clone();
    chassis::auth::protect(Routes::new(LoginServer::new(LoginService { app })), verifier)
}

#[derive(Clone)]
struct LoginService {
    app: App,
}

impl LoginService {
    /// The caller, whose token is live: login knows of an ended session or grant before the token expires.
    async fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Error> {
        caller(request)?;
        let bearer = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
        let token = bearer.and_then(|bearer| bearer.split_once(' ')).map(|(_, token)| token.trim()).unwrap_or_default();
        let live = introspect(&self.app, token).await?;
        live.map(|(caller, _)| caller).ok_or(Error::SessionEnded)
    }
}

#[tonic::async_trait]
impl Login for LoginService {
    async fn get_user(&self, request: Request<GetUserRequest>) -> Result<Response<GetUserResponse>, Status> {
        let caller = self.caller(&request).await?;
        let requested = request.into_inner();
        let user_id = UserId::parse("user_id", &requested.user_id).map_err(Problem::from)?;
        let user = async {
            let mut tx = self.app.db.begin(tenant_of(&caller, &requested.tenant_id)?).await?;
            let user = store::user::find(&mut tx, user_id).await?;
            tx.commit().await?;
            user.ok_or(Error::NotFound("user_not_found"))
        };
        Ok(Response::new(GetUserResponse { user: Some(events::user(&user.await?)) }))
    }

    async fn batch_get_users(
        &self,
        request: Request<BatchGetUsersRequest>,
    ) -> Result<Response<BatchGetUsersResponse>, Status> {
        let caller = self.caller(&request).await?;
        let requested = request.into_inner();
        if requested.user_ids.len() > MAX_USERS {
            let error = FieldError::new("user_ids", "too_many", "must be at most 100");
            return Err(Problem::from(error).into());
        }
        let ids = requested.user_ids.iter().map(|id| UserId::parse("user_ids", id).map(UserId::as_uuid));
        let ids = ids.collect::<Result<Vec<Uuid>, _>>().map_err(Problem::from)?;
        let users = async {
            let mut tx = self.app.db.begin(tenant_of(&caller, &requested.tenant_id)?).await?;
            let users = store::user::find_all(&mut tx, &ids).await?;
            tx.commit().await?;
            Ok::<_, Error>(users)
        };
        Ok(Response::new(BatchGetUsersResponse { users: users.await?.iter().map(events::user).collect() }))
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let person = self.caller(&request).await?.into_person()?;
        let user_id = whose(&person, &request.into_inner().user_id)?;
        let sessions = async {
            let mut tx = self.app.db.begin(person.tenant_id).await?;
            if user_id != person.user_id {
                require_admin(&mut tx, person.user_id).await?;
            }
            let sessions = store::session::list_by_user(&mut tx, user_id, self.app.clock.now()).await?;
            tx.commit().await?;
            Ok::<_, Error>(sessions)
        };
        let sessions = sessions.await?;
        let sessions = sessions.iter().map(|session| messages::session(session, person.session_id)).collect();
        Ok(Response::new(ListSessionsResponse { sessions }))
    }

    async fn revoke_session(
        &self,
        request: Request<RevokeSessionRequest>,
    ) -> Result<Response<RevokeSessionResponse>, Status> {
        let person = person(&request)?;
        let session_id = SessionId::parse("session_id", &request.into_inner().session_id).map_err(Problem::from)?;
        end_session_for_caller(&self.app, &person, session_id).await?;
        Ok(Response::new(RevokeSessionResponse {}))
    }

    async fn introspect_token(
        &self,
        request: Request<IntrospectTokenRequest>,
    ) -> Result<Response<IntrospectTokenResponse>, Status> {
        if let Caller::Person(_) = caller(&request)? {
            return Err(Problem::forbidden().into());
        }
        self.caller(&request).await?.require_scope(INTERNAL_SCOPE)?;
        let known = introspect(&self.app, &request.into_inner().access_token).await?;
        Ok(Response::new(known.map(|(caller, expires_at)| messages::active(caller, expires_at)).unwrap_or_default()))
    }
}

/// The user whose sessions are requested: the caller or, for admins, another user.
fn whose(person: &Person, requested: &str) -> Result<UserId, Problem> {
    if requested.is_empty() {
        return Ok(person.user_id);
    }
    let user_id = UserId::parse("user_id", requested)?;
    if user_id == person.user_id || person.has(Role::Admin) { Ok(user_id) } else { Err(Problem::forbidden()) }
}

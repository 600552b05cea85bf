//! gRPC `login.v1.Login`, for the other products.
//!
//! To add a method: declare it in `proto/login/v1/login.proto` with who may call it, and answer it here: first who
//! calls ([`chassis::auth`]), then which tenant ([`chassis::auth::tenant_of`]), then the use case.

mod messages;

use chassis::{
    auth::{Caller, Person, Role, caller, tenant_of},
    id::{SessionId, UserId},
    lifecycle::Reflection,
    problem::{FieldError, Problem},
};
use contracts::login::v1::{
    BatchGetUsersRequest, BatchGetUsersResponse, GetUserRequest, GetUserResponse, IntrospectTokenRequest,
    IntrospectTokenResponse, ListSessionsRequest, ListSessionsResponse, RevokeSessionRequest, RevokeSessionResponse,
    login_server::{self, Login},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    app::App,
    error::Error,
    events, store,
    usecase::{end_session::end_session, introspect::introspect},
};

/// What reflection tells of it.
pub const REFLECTION: Reflection =
    Reflection { service: login_server::SERVICE_NAME, descriptors: contracts::FILE_DESCRIPTOR_SET };

/// Most users asked for at once.
const MOST_USERS: usize = 100;

/// Answers the calls.
#[derive(Clone)]
pub struct LoginService {
    app: App,
}

impl LoginService {
    /// Answers from what `app` knows.
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

#[tonic::async_trait]
impl Login for LoginService {
    async fn get_user(&self, request: Request<GetUserRequest>) -> Result<Response<GetUserResponse>, Status> {
        let caller = caller(&request)?;
        let asked = request.into_inner();
        let user_id = UserId::parse("user_id", &asked.user_id).map_err(Problem::from)?;
        let user = async {
            let mut tx = self.app.db.begin(tenant_of(&caller, &asked.tenant_id)?).await?;
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
        let caller = caller(&request)?;
        let asked = request.into_inner();
        if asked.user_ids.len() > MOST_USERS {
            let error = FieldError::new("user_ids", "too_many", "must be at most 100");
            return Err(Problem::from(error).into());
        }
        let ids = asked.user_ids.iter().map(|id| UserId::parse("user_ids", id).map(UserId::as_uuid));
        let ids = ids.collect::<Result<Vec<Uuid>, _>>().map_err(Problem::from)?;
        let users = async {
            let mut tx = self.app.db.begin(tenant_of(&caller, &asked.tenant_id)?).await?;
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
        let caller = caller(&request)?;
        let asked = request.into_inner();
        let user_id = whose(&caller, &asked.user_id)?;
        let sessions = async {
            let mut tx = self.app.db.begin(tenant_of(&caller, &asked.tenant_id)?).await?;
            let sessions = store::session::of_user(&mut tx, user_id, self.app.clock.now()).await?;
            tx.commit().await?;
            Ok::<_, Error>(sessions)
        };
        let current = if let Caller::Person(person) = &caller { Some(person.session_id) } else { None };
        let sessions = sessions.await?.iter().map(|session| messages::session(session, current)).collect();
        Ok(Response::new(ListSessionsResponse { sessions }))
    }

    async fn revoke_session(
        &self,
        request: Request<RevokeSessionRequest>,
    ) -> Result<Response<RevokeSessionResponse>, Status> {
        let caller = caller(&request)?;
        let asked = request.into_inner();
        let session_id = SessionId::parse("session_id", &asked.session_id).map_err(Problem::from)?;
        let only_of = match &caller {
            Caller::Person(person) if !person.has(Role::Admin) => Some(person.user_id),
            _ => None,
        };
        end_session(&self.app, tenant_of(&caller, &asked.tenant_id)?, session_id, only_of).await?;
        Ok(Response::new(RevokeSessionResponse {}))
    }

    async fn introspect_token(
        &self,
        request: Request<IntrospectTokenRequest>,
    ) -> Result<Response<IntrospectTokenResponse>, Status> {
        let Caller::Service(service) = caller(&request)? else { return Err(Problem::forbidden().into()) };
        let token = request.into_inner().access_token;
        let known = introspect(&self.app, &token).await?;
        // A tenant's own client learns of its own tenant's tokens only.
        let known = known.filter(|(caller, _)| {
            service.tenant_id.is_none_or(|own| tenant_of(caller, "").is_ok_and(|tenant| tenant == own))
        });
        Ok(Response::new(known.map(|(caller, expires_at)| messages::active(caller, expires_at)).unwrap_or_default()))
    }
}

/// Whose sessions: a person's own, or, for admins and services, those of the user asked for.
fn whose(caller: &Caller, asked: &str) -> Result<UserId, Problem> {
    let asked = if asked.is_empty() { None } else { Some(UserId::parse("user_id", asked)?) };
    match (caller, asked) {
        (Caller::Person(Person { user_id, .. }), None) => Ok(*user_id),
        (Caller::Person(person), Some(user_id)) if user_id == person.user_id || person.has(Role::Admin) => Ok(user_id),
        (Caller::Person(_), Some(_)) => Err(Problem::forbidden()),
        (Caller::Service(_), Some(user_id)) => Ok(user_id),
        (Caller::Service(_), None) => Err(FieldError::new("user_id", "required", "must name the user").into()),
    }
}

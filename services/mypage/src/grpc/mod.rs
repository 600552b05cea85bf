//! The gRPC service `mypage.v1.MyPage`, for programs that act for a person.

use std::pin::Pin;

use chassis::{
    auth::{self, Person},
    lifecycle::Reflection,
};
use contracts::mypage::v1::{
    GetPageRequest, GetPageResponse, UpdatePreferencesRequest, UpdatePreferencesResponse, WatchActivityRequest,
    WatchActivityResponse,
    my_page_server::{self, MyPage, MyPageServer},
};
use futures::Stream;
use tonic::{Request, Response, Status, service::Routes};

use crate::{
    app::App,
    usecase::{caller_page::caller_page, update_preferences::update_preferences},
};

pub mod convert;
mod watch;

pub const REFLECTION: Reflection =
    Reflection { service: my_page_server::SERVICE_NAME, descriptors: contracts::FILE_DESCRIPTOR_SET };

/// Routes that require an access token.
pub fn routes(app: App) -> Routes {
    let verifier = app.verifier.clone();
    auth::protect(Routes::new(MyPageServer::new(Service { app })), verifier)
}

struct Service {
    app: App,
}

#[tonic::async_trait]
impl MyPage for Service {
    type WatchActivityStream = Pin<Box<dyn Stream<Item = Result<WatchActivityResponse, Status>> + Send>>;

    async fn get_page(&self, request: Request<GetPageRequest>) -> Result<Response<GetPageResponse>, Status> {
        let person = auth::person(&request)?;
        let page = caller_page(&self.app, &person).await?;
        Ok(Response::new(convert::page(&person, page)))
    }

    async fn watch_activity(
        &self,
        request: Request<WatchActivityRequest>,
    ) -> Result<Response<Self::WatchActivityStream>, Status> {
        let Person { tenant_id, user_id, .. } = auth::person(&request)?;
        let after = convert::cursor(&request.get_ref().after_cursor)?;
        let stream = watch::watch(&self.app, (tenant_id, user_id), after).await?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn update_preferences(
        &self,
        request: Request<UpdatePreferencesRequest>,
    ) -> Result<Response<UpdatePreferencesResponse>, Status> {
        let Person { tenant_id, user_id, .. } = auth::person(&request)?;
        let choice = convert::choice(&request.into_inner())?;
        let preferences = update_preferences(&self.app, (tenant_id, user_id), choice).await?;
        Ok(Response::new(UpdatePreferencesResponse { preferences: Some(convert::preferences(&preferences)) }))
    }
}

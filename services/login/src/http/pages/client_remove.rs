//! `/clients/{client_id}/remove`: an admin removes a client of the tenant.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::Path;
use http::StatusCode;
use uuid::Uuid;

use super::{
    admins::{admin, refused},
    page::{Frame, Visitor, show},
};
use crate::{
    app::App,
    domain::registered_client::RegisteredClient,
    error::Error,
    http::{origin::SameOrigin, see_other},
    store,
    usecase::{
        access::{Acting, Right, begin_write},
        clients::remove_client::remove_client,
    },
};

#[derive(Template)]
#[template(path = "client_remove.html")]
struct Remove<'a> {
    page: Frame<'a>,
    client: RegisteredClient,
}

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(client_id): Path<Uuid>) -> Response {
    let client = async {
        let mut tx = app.db.begin(admin(&visitor)?.tenant.tenant_id).await?;
        let client = store::client::find(&mut tx, &client_id.to_string()).await?;
        tx.commit().await?;
        client.ok_or(Error::NotFound("client_not_found"))
    };
    match client.await {
        Ok(client) => show(StatusCode::OK, &Remove { page: visitor.frame(), client }),
        Err(error) => refused(&visitor, error),
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(client_id): Path<Uuid>,
) -> Response {
    let outcome = async {
        let mut tx = begin_write(&app, &Acting::on_page(admin(&visitor)?), Right::Admin).await?;
        remove_client(&app, &mut tx, &client_id.to_string()).await?;
        Ok(tx.commit().await?)
    };
    match outcome.await {
        Ok(()) => see_other("/clients"),
        Err(error) => refused(&visitor, error),
    }
}

//! `/v1/clients`: OAuth clients of a tenant, with the names of RFC 7591.

use axum::extract::State;
use chassis::{
    http::{Changes, Json, Page, PageQuery, Path, Query},
    idempotency::{self, Answer, IdempotencyKey, KeyHeader},
    problem::Problem,
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{access::Access, idempotent};
use crate::{
    app::App,
    domain::{client::AuthMethod, registered_client::RegisteredClient},
    error::Error,
    http::client_metadata::{NewClient, check},
    store,
    usecase::clients::{
        register_client::{register_client, update_client},
        remove_client::remove_client,
        renew_secret::renew_secret,
    },
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, replace, remove)).routes(routes!(renew))
}

/// An app of the tenant that its people sign in to.
#[derive(Serialize, ToSchema)]
struct Client {
    client_id: String,
    client_name: String,
    token_endpoint_auth_method: String,
    grant_types: Vec<String>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    scope: String,
    resources: Vec<String>,
    id_token_signed_response_alg: String,
    created_at: DateTime<Utc>,
}

/// A registered client with its new secret.
#[derive(Serialize, ToSchema)]
struct CreatedClient {
    #[serde(flatten)]
    client: Client,
    /// Returned only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

/// Request for a new secret.
#[derive(Deserialize, Serialize, ToSchema)]
struct NewSecret {
    /// Seconds for which the previous secret stays valid, at most a week. Default: 0, it ends at once, and with it the
    /// client's own tokens.
    #[serde(default)]
    #[schema(maximum = 604800)]
    overlap_seconds: u32,
}

impl From<RegisteredClient> for Client {
    fn from(row: RegisteredClient) -> Self {
        let method = if row.secret_hash.is_some() { AuthMethod::Basic } else { AuthMethod::None };
        Self {
            client_id: row.client_id,
            client_name: row.client_name,
            token_endpoint_auth_method: row.token_endpoint_auth_method.unwrap_or_else(|| method.as_str().to_owned()),
            resources: row.resources,
            id_token_signed_response_alg: row.id_token_signed_response_alg,
            grant_types: row.grant_types,
            redirect_uris: row.redirect_uris,
            post_logout_redirect_uris: row.post_logout_redirect_uris,
            scope: row.scope,
            created_at: row.created_at,
        }
    }
}

/// Registers a client of the caller's tenant; for admins.
#[utoipa::path(post, path = "/v1/clients", tag = "clients", request_body = NewClient, params(KeyHeader),
    security(("access_token" = [])),
    responses((status = 201, body = CreatedClient), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "`too_many_clients`"), (status = 422, body = Problem)))]
async fn create(
    State(app): State<App>,
    access: Access,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewClient>,
) -> Result<Answer, Error> {
    let mut tx = access.write_as_admin(&app).await?;
    let registration = check(&app, &new, None).map_err(Error::Invalid)?;
    let answer = idempotency::run(&mut tx, &app.clock, access.person(), key.as_ref(), &new, async |tx| {
        let (row, secret) = register_client(&app, tx, access.acting(), registration).await?;
        let client_secret = secret.map(|secret| idempotent::encrypted(&app.sealer, &secret));
        Ok((StatusCode::CREATED, CreatedClient { client: row.into(), client_secret }))
    });
    let answer = answer.await?;
    tx.commit().await?;
    Ok(idempotent::decrypted(&app.sealer, answer, "client_secret"))
}

/// Lists the clients of the caller's tenant in the order of registration; for admins.
#[utoipa::path(get, path = "/v1/clients", tag = "clients", params(PageQuery), security(("access_token" = [])),
    responses((status = 200, body = Page<Client>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn list(
    State(app): State<App>,
    access: Access,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Client>>, Error> {
    let mut tx = access.read_as_admin(&app).await?;
    let after = query.after().map(|id| id.to_string());
    let rows = store::client::page(&mut tx, after, query.rows()).await?;
    tx.commit().await?;
    let id = |row: &RegisteredClient| row.client_id.parse().unwrap_or(Uuid::nil());
    Ok(Json(Page::new(rows, &query, id, Client::from)))
}

/// Reads a client; for admins.
#[utoipa::path(get, path = "/v1/clients/{client_id}", tag = "clients", params(("client_id" = Uuid, Path)),
    security(("access_token" = [])),
    responses((status = 200, body = Client), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn read(State(app): State<App>, access: Access, Path(client_id): Path<Uuid>) -> Result<Json<Client>, Error> {
    let mut tx = access.read_as_admin(&app).await?;
    let row = store::client::find(&mut tx, &client_id.to_string()).await?;
    tx.commit().await?;
    Ok(Json(row.ok_or(Error::NotFound("client_not_found"))?.into()))
}

/// Replaces the metadata of a client, with the names of RFC 7592; for admins. A public client stays public. A client that
/// gains a redirect URI, a scope, a resource or a grant type needs the consent of each person again.
#[utoipa::path(put, path = "/v1/clients/{client_id}", tag = "clients", params(("client_id" = Uuid, Path)),
    request_body = NewClient, security(("access_token" = [])),
    responses((status = 200, body = Client), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn replace(
    State(app): State<App>,
    access: Access,
    Path(client_id): Path<Uuid>,
    Changes { body: new, .. }: Changes<NewClient, Client>,
) -> Result<Json<Client>, Error> {
    let mut tx = access.write_as_admin(&app).await?;
    let client_id = client_id.to_string();
    let before = store::client::find(&mut tx, &client_id).await?;
    let metadata = check(&app, &new, before.as_ref()).map_err(Error::Invalid)?;
    let row = update_client(&app, &mut tx, access.acting(), &client_id, metadata).await?;
    tx.commit().await?;
    Ok(Json(row.into()))
}

/// Deletes a client with its refresh tokens and consents; for admins.
#[utoipa::path(delete, path = "/v1/clients/{client_id}", tag = "clients", params(("client_id" = Uuid, Path)),
    security(("access_token" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn remove(State(app): State<App>, access: Access, Path(client_id): Path<Uuid>) -> Result<StatusCode, Error> {
    let mut tx = access.write_as_admin(&app).await?;
    remove_client(&app, &mut tx, &client_id.to_string()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Issues a new secret for a client; for admins.
#[utoipa::path(post, path = "/v1/clients/{client_id}/secret", tag = "clients", request_body = NewSecret,
    params(("client_id" = Uuid, Path), KeyHeader), security(("access_token" = [])),
    responses((status = 200, body = CreatedClient), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn renew(
    State(app): State<App>,
    access: Access,
    Path(client_id): Path<Uuid>,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewSecret>,
) -> Result<Answer, Error> {
    let mut tx = access.write_as_admin(&app).await?;
    let request = (&client_id, &new);
    let answer = idempotency::run(&mut tx, &app.clock, access.person(), key.as_ref(), &request, async |tx| {
        let (row, secret) =
            renew_secret(&app, tx, access.acting(), &client_id.to_string(), new.overlap_seconds).await?;
        let client_secret = Some(idempotent::encrypted(&app.sealer, &secret));
        Ok((StatusCode::OK, CreatedClient { client: row.into(), client_secret }))
    });
    let answer = answer.await?;
    tx.commit().await?;
    Ok(idempotent::decrypted(&app.sealer, answer, "client_secret"))
}

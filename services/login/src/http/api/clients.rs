//! `/v1/clients`

use axum::extract::State;
use chassis::{
    auth::Role,
    http::{Json, Page, PageQuery, Query},
    idempotency::{self, Answer, IdempotencyKey},
    problem::{FieldError, Problem},
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    access::Access,
    once::{self, KeyHeader},
};
use crate::{
    app::App,
    domain::{client::GrantType, redirect, scope, text},
    error::Error,
    store::{self, client::Row},
    usecase::register_client::{NewClient as Registration, register_client},
};

/// Most addresses a client may register of each kind.
const MOST_ADDRESSES: usize = 20;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create))
}

/// A program to be registered, in the words of RFC 7591.
#[derive(Deserialize, Serialize, ToSchema)]
struct NewClient {
    /// What people call it.
    #[schema(example = "Wiki", min_length = 1, max_length = 100)]
    client_name: String,
    /// `none` for a program that can't keep a secret; else it gets one, and may show it in either way.
    #[serde(default = "basic")]
    #[schema(example = "client_secret_basic", pattern = "^(none|client_secret_basic|client_secret_post)$")]
    token_endpoint_auth_method: String,
    /// `authorization_code`, `refresh_token`, `client_credentials`; the first two when not given.
    #[serde(default = "usual_grants")]
    #[schema(example = json!(["authorization_code", "refresh_token"]), min_items = 1)]
    grant_types: Vec<String>,
    /// Where people are sent back to, exactly: https, or http on their own machine.
    #[serde(default)]
    #[schema(example = json!(["https://wiki.example/callback"]), max_items = 20)]
    redirect_uris: Vec<String>,
    /// Where people may be sent after signing out, exactly.
    #[serde(default)]
    #[schema(example = json!(["https://wiki.example/"]), max_items = 20)]
    post_logout_redirect_uris: Vec<String>,
    /// Scopes it may have, separated by spaces.
    #[serde(default = "scope::all")]
    #[schema(example = "openid profile email", min_length = 1)]
    scope: String,
}

/// A program that people of the company sign in to.
#[derive(Serialize, ToSchema)]
struct Client {
    client_id: String,
    client_name: String,
    grant_types: Vec<String>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    scope: String,
    created_at: DateTime<Utc>,
}

/// A program that has just been registered.
#[derive(Serialize, ToSchema)]
struct CreatedClient {
    #[serde(flatten)]
    client: Client,
    /// Shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

impl From<Row> for Client {
    fn from(row: Row) -> Self {
        Self {
            client_id: row.client_id,
            client_name: row.client_name,
            grant_types: row.grant_types,
            redirect_uris: row.redirect_uris,
            post_logout_redirect_uris: row.post_logout_redirect_uris,
            scope: row.scope,
            created_at: row.created_at,
        }
    }
}

/// Registers a program for the caller's company; for admins.
#[utoipa::path(post, path = "/v1/clients", tag = "clients", request_body = NewClient, params(KeyHeader),
    security(("access_token" = [])),
    responses((status = 201, body = CreatedClient), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn create(
    State(app): State<App>,
    Access(person): Access,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewClient>,
) -> Result<Answer, Error> {
    person.require(Role::Admin)?;
    let registration = check(&new).map_err(Error::Invalid)?;
    let mut tx = app.db.begin(person.tenant_id).await?;
    let answer = idempotency::run(&mut tx, &app.clock, &person, key.as_ref(), &new, async |tx| {
        let (row, secret) = register_client(&app, tx, person.tenant_id, person.user_id, registration).await?;
        let client_secret = secret.map(|secret| once::sealed(&app.sealer, &secret));
        Ok((StatusCode::CREATED, CreatedClient { client: row.into(), client_secret }))
    });
    let answer = answer.await?;
    tx.commit().await?;
    Ok(once::revealed(&app.sealer, answer, "client_secret"))
}

/// The programs of the caller's company, in the order they were registered; for admins.
#[utoipa::path(get, path = "/v1/clients", tag = "clients", params(PageQuery), security(("access_token" = [])),
    responses((status = 200, body = Page<Client>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn list(
    State(app): State<App>,
    Access(person): Access,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Client>>, Error> {
    person.require(Role::Admin)?;
    let after = query.after().map(|id| id.to_string());
    let mut tx = app.db.begin(person.tenant_id).await?;
    let rows = store::client::page(&mut tx, after, query.rows()).await?;
    tx.commit().await?;
    let id = |row: &Row| row.client_id.parse().unwrap_or(Uuid::nil());
    Ok(Json(Page::new(rows, &query, id, Client::from)))
}

fn basic() -> String {
    "client_secret_basic".to_owned()
}

fn usual_grants() -> Vec<String> {
    vec!["authorization_code".to_owned(), "refresh_token".to_owned()]
}

fn check(new: &NewClient) -> Result<Registration, Vec<FieldError>> {
    let mut errors = vec![];
    let client_name = text::name("client_name", &new.client_name).unwrap_or_else(|error| {
        errors.push(error);
        String::new()
    });
    let confidential = match new.token_endpoint_auth_method.as_str() {
        "none" => false,
        "client_secret_basic" | "client_secret_post" => true,
        _ => {
            let rule = "must be none, client_secret_basic or client_secret_post";
            errors.push(FieldError::new("token_endpoint_auth_method", "invalid_auth_method", rule));
            true
        }
    };
    let grant_types: Vec<_> = new.grant_types.iter().filter_map(|name| GrantType::named(name)).collect();
    if grant_types.len() != new.grant_types.len() || grant_types.is_empty() {
        let rule = "must be of authorization_code, refresh_token and client_credentials";
        errors.push(FieldError::new("grant_types", "invalid_grant_type", rule));
    }
    if grant_types.contains(&GrantType::ClientCredentials) && !confidential {
        let rule = "client_credentials needs a client that keeps a secret";
        errors.push(FieldError::new("grant_types", "secret_needed", rule));
    }
    if grant_types.contains(&GrantType::AuthorizationCode) && new.redirect_uris.is_empty() {
        errors.push(FieldError::new("redirect_uris", "required", "authorization_code needs at least one"));
    }
    let redirect_uris = addresses("redirect_uris", &new.redirect_uris, &mut errors);
    let post_logout_redirect_uris = addresses("post_logout_redirect_uris", &new.post_logout_redirect_uris, &mut errors);
    let scope = scope::of_tenants_client(&new.scope);
    if scope.split(' ').count() != new.scope.split_ascii_whitespace().count() || scope.is_empty() {
        let rule = format!("must be of {}, each once", scope::all());
        errors.push(FieldError::new("scope", "invalid_scope", rule));
    }
    let registration =
        Registration { client_name, confidential, grant_types, redirect_uris, post_logout_redirect_uris, scope };
    if errors.is_empty() { Ok(registration) } else { Err(errors) }
}

fn addresses(field: &str, given: &[String], errors: &mut Vec<FieldError>) -> Vec<String> {
    if given.len() > MOST_ADDRESSES {
        errors.push(FieldError::new(field, "too_many", "must be at most 20"));
    }
    let checked = given.iter().enumerate().map(|(index, uri)| redirect::registrable(&format!("{field}[{index}]"), uri));
    checked.filter_map(|each| each.map_err(|error| errors.push(error)).ok()).collect()
}

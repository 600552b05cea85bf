//! `Idempotency-Key`: a client repeats a request whose response it lost, and gets the same response without a second
//! effect.
//!
//! To support it in an endpoint that creates something: 1. take an `Option<IdempotencyKey>` in the handler; 2. do the work
//! inside [`run`], in the transaction of the change:
//! ```text
//! let mut tx = app.db.begin(person.tenant_id).await?;
//! let answer = idempotency::run(&mut tx, &app.clock, &person, key.as_ref(), &body, async |tx| {
//!     let campaign = usecase::create_campaign(tx, …).await?;
//!     Ok((StatusCode::CREATED, CampaignBody::from(campaign)))
//! })
//! .await?;
//! tx.commit().await?;
//! Ok(answer)
//! ```
//! A form of a page has its key in a hidden field: [`IdempotencyKey::of_form`].
//!
//! A concurrent request with the same key waits for the transaction of the first one. A failed request stores nothing and
//! can be repeated. Responses are retained for 24 hours; then the relay deletes them.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use http::{HeaderName, HeaderValue, StatusCode, request::Parts};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::IntoParams;

use crate::{
    auth::{Caller, Person},
    clock::Clock,
    http::Json,
    id::{TenantId, UserId},
    problem::{FieldError, Problem},
    secret,
};

static HEADER: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The retention of a response.
const RETENTION: Duration = Duration::hours(24);
const MAX_KEY_LENGTH: usize = 255;

/// The key of a request, together with its method and path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    key: String,
    operation: String,
}

/// Documents the header in OpenAPI: `params(KeyHeader)`.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct KeyHeader {
    /// Identifies the request: send the same key with every retry, to get the first response again. Chosen by the client:
    /// 1 to 255 printable ASCII characters, without the spaces around it. Stored for 24 hours.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = r"^[\t -~]*[!-~][\t -~]*$")]
    #[expect(dead_code, reason = "documents the header; the extractor reads it")]
    idempotency_key: Option<String>,
}

/// The owner of a key: callers may choose the same key without a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    tenant_id: TenantId,
    caller: String,
}

impl IdempotencyKey {
    /// The key of a page's form, which is in a hidden field, so that sending the form twice has one effect. `operation` names
    /// what the form does; forms for different operations may have the same key.
    ///
    /// `None` for a form without a key: that of a page of an earlier version.
    pub fn of_form(key: &str, operation: &str) -> Option<Self> {
        let text = format!("{operation}: {key}");
        let is_key = !key.is_empty() && text.len() <= MAX_KEY_LENGTH && key.bytes().all(|byte| byte.is_ascii_graphic());
        is_key.then(|| Self { key: text, operation: operation.to_owned() })
    }
}

impl Owner {
    /// A signed-in person, who sends a form of a page.
    pub fn person(tenant_id: TenantId, user_id: UserId) -> Self {
        Self { tenant_id, caller: format!("user:{user_id}") }
    }

    /// An authenticated caller in a tenant.
    pub fn new(tenant_id: TenantId, caller: &Caller) -> Self {
        match caller {
            Caller::Person(person) => Self::person(tenant_id, person.user_id),
            Caller::Service(service) => Self { tenant_id, caller: format!("client:{}", service.client_id) },
        }
    }

    /// A caller without authentication, identified by something in the request, such as an e-mail address or the token of
    /// an invitation. Only a hash of it is stored.
    pub fn anonymous(tenant_id: TenantId, identified_by: &str) -> Self {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(identified_by));
        // The prefix is stored: another one would break repeats during a rollout.
        Self { tenant_id, caller: format!("stranger:{hash}") }
    }
}

impl From<&Person> for Owner {
    fn from(person: &Person) -> Self {
        Self::person(person.tenant_id, person.user_id)
    }
}

/// The response of a request, new or repeated.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The JSON body.
    pub body: Value,
    /// Whether it is the stored response of an earlier request. Sent as the header `Idempotency-Replayed: true`.
    pub replayed: bool,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if self.replayed {
            response.headers_mut().insert(REPLAYED.clone(), HeaderValue::from_static("true"));
        }
        response
    }
}

/// Runs `work` once per key and returns its response each time. Without a key, just runs `work`.
///
/// `conn` is a transaction of the owner's tenant; the caller commits it. A retry with the same key must have the same `request`.
///
/// # Errors
/// The error of `work`; 422 `idempotency_key_reused` when the key was used for another request.
pub async fn run<T: Serialize>(
    conn: &mut PgConnection,
    clock: &Clock,
    owner: impl Into<Owner>,
    key: Option<&IdempotencyKey>,
    request: &impl Serialize,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<(StatusCode, T), Problem>,
) -> Result<Answer, Problem> {
    let Some(key) = key else {
        return answer(work(conn).await?);
    };
    let owner = owner.into();
    let hash = secret::hash(&format!("{}\n{}", key.operation, json(request)?));
    if !claim(conn, clock.now(), &owner, key, &hash).await? {
        return replay(conn, &owner, key, &hash).await;
    }
    let answer = answer(work(conn).await?)?;
    let stored = sqlx::query!(
        "UPDATE idempotency_key SET status = $4, body = $5 WHERE tenant_id = $1 AND caller = $2 AND key = $3",
        owner.tenant_id.as_uuid(),
        owner.caller,
        key.key,
        i16::try_from(answer.status.as_u16()).expect("a status has three digits"),
        answer.body,
    );
    match stored.execute(conn).await?.rows_affected() {
        1 => Ok(answer),
        // `work` changed the tenant of the transaction, so the row is not visible.
        _ => Err(Problem::internal(&sqlx::Error::RowNotFound)),
    }
}

/// Deletes the stored responses of the transaction's tenant that contain `text`, such as the id of an erased person.
///
/// A later request with the same key runs again.
///
/// # Errors
/// When the database fails.
pub async fn delete(conn: &mut PgConnection, text: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE idempotency_key SET body = 'null', created_at = to_timestamp(0) WHERE strpos(body::text, $1) > 0",
        text,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Claims the key, and returns whether that succeeded. Waits for a concurrent transaction that claimed it first.
async fn claim(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    owner: &Owner,
    key: &IdempotencyKey,
    hash: &[u8],
) -> Result<bool, sqlx::Error> {
    let claimed = sqlx::query!(
        "INSERT INTO idempotency_key (tenant_id, caller, key, request_hash, status, body, created_at)
         VALUES ($1, $2, $3, $4, 0, 'null', $5)
         ON CONFLICT (tenant_id, caller, key) DO UPDATE
         SET request_hash = excluded.request_hash, status = 0, body = 'null', created_at = excluded.created_at
         WHERE idempotency_key.created_at <= $6",
        owner.tenant_id.as_uuid(),
        owner.caller,
        key.key,
        hash,
        now,
        now - RETENTION,
    );
    Ok(claimed.execute(conn).await?.rows_affected() == 1)
}

async fn replay(conn: &mut PgConnection, owner: &Owner, key: &IdempotencyKey, hash: &[u8]) -> Result<Answer, Problem> {
    let stored = sqlx::query!(
        "SELECT request_hash, status, body FROM idempotency_key WHERE tenant_id = $1 AND caller = $2 AND key = $3",
        owner.tenant_id.as_uuid(),
        owner.caller,
        key.key,
    )
    .fetch_one(conn)
    .await?;
    if stored.request_hash != hash {
        let detail = "This Idempotency-Key was used for another request.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail));
    }
    let status = u16::try_from(stored.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    Ok(Answer { status: status.unwrap_or(StatusCode::OK), body: stored.body, replayed: true })
}

fn answer<T: Serialize>((status, body): (StatusCode, T)) -> Result<Answer, Problem> {
    Ok(Answer { status, body: json(&body)?, replayed: false })
}

fn json(value: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|error| Problem::internal(&error))
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Problem> {
        let Some(header) = parts.headers.get(&HEADER) else { return Ok(None) };
        let key = header.to_str().unwrap_or_default().trim();
        if key.is_empty() || key.len() > MAX_KEY_LENGTH {
            let detail = format!("must have 1 to {MAX_KEY_LENGTH} printable ASCII characters");
            return Err(FieldError::new("Idempotency-Key", "invalid", detail).into());
        }
        let operation = format!("{} {}", parts.method, parts.uri.path());
        Ok(Some(Self { key: key.to_owned(), operation }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let key = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        key.ok_or_else(|| FieldError::new("Idempotency-Key", "required", "must be given").into())
    }
}

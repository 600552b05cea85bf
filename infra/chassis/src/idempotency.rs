//! `Idempotency-Key`: a client that lost our answer asks again, and gets the same answer instead of a second thing.
//!
//! To offer it on what creates: take an `Option<IdempotencyKey>` in the handler, and create inside of [`run`], in the
//! transaction of the change:
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
//! A twin that comes at the same time waits for the first one's transaction. A failed request leaves nothing behind, so
//! that it may be tried again. Answers are kept for a day, then the relay sweeps them out.

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

use crate::{
    auth::{Caller, Person},
    clock::Clock,
    http::Json,
    id::TenantId,
    problem::{FieldError, Problem},
    secret,
};

static HEADER: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);
const LONGEST_KEY: usize = 255;

/// The key that a client gave a request, with what the request does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    key: String,
    operation: String,
}

/// Whose key it is: two callers may choose the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    tenant_id: TenantId,
    caller: String,
}

impl Owner {
    /// A caller in a tenant.
    pub fn new(tenant_id: TenantId, caller: &Caller) -> Self {
        match caller {
            Caller::Person(person) => Self { tenant_id, caller: format!("user:{}", person.user_id) },
            Caller::Service(service) => Self { tenant_id, caller: format!("client:{}", service.client_id) },
        }
    }

    /// Someone we don't know yet, told from others by what they come with, such as an address or an invitation's token.
    /// Of that, only a hash is kept.
    pub fn anonymous(tenant_id: TenantId, comes_with: &str) -> Self {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(comes_with));
        Self { tenant_id, caller: format!("stranger:{hash}") }
    }
}

impl From<&Person> for Owner {
    fn from(person: &Person) -> Self {
        Self { tenant_id: person.tenant_id, caller: format!("user:{}", person.user_id) }
    }
}

/// The answer, now made or given again.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Value,
    /// Whether it is the answer of an earlier request: sent as `Idempotency-Replayed: true`.
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

/// Does the work once for each key, and gives its answer each time. Without a key it is just done.
///
/// `connection` is a transaction in the owner's tenant; committing it is the caller's.
///
/// # Errors
/// What the work fails with; 422 `idempotency_key_reused` when the key came with another request.
pub async fn run<T: Serialize>(
    connection: &mut PgConnection,
    clock: &Clock,
    owner: impl Into<Owner>,
    key: Option<&IdempotencyKey>,
    request: &impl Serialize,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<(StatusCode, T), Problem>,
) -> Result<Answer, Problem> {
    let Some(key) = key else {
        return answer(work(connection).await?);
    };
    let owner = owner.into();
    let hash = secret::hash(&format!("{}\n{}", key.operation, json(request)?));
    if !claim(connection, clock.now(), &owner, key, &hash).await? {
        return replay(connection, &owner, key, &hash).await;
    }
    let answer = answer(work(connection).await?)?;
    let stored = sqlx::query!(
        "UPDATE idempotency_key SET status = $4, body = $5 WHERE tenant_id = $1 AND caller = $2 AND key = $3",
        owner.tenant_id.as_uuid(),
        owner.caller,
        key.key,
        i16::try_from(answer.status.as_u16()).expect("a status has three digits"),
        answer.body,
    );
    match stored.execute(connection).await?.rows_affected() {
        1 => Ok(answer),
        // The work went on as another tenant, which sees no key of this one.
        _ => Err(Problem::internal(&sqlx::Error::RowNotFound)),
    }
}

/// Forgets the answers of the transaction's tenant that hold `text`, such as an erased person's id. A request that comes
/// again with such a key is done anew.
///
/// # Errors
/// When the database can't be reached.
pub async fn delete(connection: &mut PgConnection, text: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE idempotency_key SET body = 'null', created_at = to_timestamp(0) WHERE strpos(body::text, $1) > 0",
        text,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Whether the key is ours now. Waits for the transaction of a twin that claimed it first.
async fn claim(
    connection: &mut PgConnection,
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
        now - KEPT,
    );
    Ok(claimed.execute(connection).await?.rows_affected() == 1)
}

async fn replay(
    connection: &mut PgConnection,
    owner: &Owner,
    key: &IdempotencyKey,
    hash: &[u8],
) -> Result<Answer, Problem> {
    let stored = sqlx::query!(
        "SELECT request_hash, status, body FROM idempotency_key WHERE tenant_id = $1 AND caller = $2 AND key = $3",
        owner.tenant_id.as_uuid(),
        owner.caller,
        key.key,
    )
    .fetch_one(connection)
    .await?;
    if stored.request_hash != hash {
        let detail = "This Idempotency-Key came with another request before.";
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
        if key.is_empty() || key.len() > LONGEST_KEY {
            let detail = format!("must have 1 to {LONGEST_KEY} printable ASCII characters");
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

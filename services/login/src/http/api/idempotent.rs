//! `Idempotency-Key` where chassis's `idempotency::run` is not enough: anonymous callers, and responses with a secret.

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use chassis::{
    db::set_tenant,
    id::TenantId,
    idempotency::{self, Answer, IdempotencyKey, Owner},
    problem::Problem,
    secret::Sealer,
};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{app::App, error::Error};

/// Runs `work` once per key of an anonymous caller, who is identified by `subject`. Responses are stored without a tenant.
/// `work` may set the transaction's tenant.
pub(super) async fn run_anonymous<T: Serialize>(
    app: &App,
    key: Option<&IdempotencyKey>,
    subject: &str,
    request: &impl Serialize,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<(StatusCode, T), Problem>,
) -> Result<Answer, Error> {
    let no_tenant = TenantId::from(Uuid::nil());
    let owner = Owner::anonymous(no_tenant, subject);
    let mut tx = app.db.begin(no_tenant).await?;
    let answer = idempotency::run(&mut tx, &app.clock, owner, key, request, async |tx| {
        let done = work(&mut *tx).await?;
        set_tenant(tx, no_tenant).await?;
        Ok(done)
    });
    let answer = answer.await?;
    tx.commit().await?;
    Ok(answer)
}

/// Defers "not found" of a link into the work, so that a repeated request still gets its stored response.
/// Any other error is returned at once.
pub(super) fn defer_not_found<T>(found: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match found {
        Err(error) if !matches!(error, Error::NotFound(_)) => Err(error),
        found => Ok(found),
    }
}

/// Encrypts a secret that is stored in a response.
pub(super) fn encrypted(sealer: &Sealer, secret: &str) -> String {
    BASE64_STANDARD_NO_PAD.encode(sealer.seal(secret.as_bytes()))
}

/// Decrypts the secret in `field` of a stored response.
pub(super) fn decrypted(sealer: &Sealer, mut answer: Answer, field: &str) -> Answer {
    if let Some(Value::String(text)) = answer.body.get_mut(field) {
        let opened = BASE64_STANDARD_NO_PAD.decode(text.as_bytes()).ok().and_then(|sealed| sealer.open(&sealed).ok());
        *text = opened.and_then(|plain| String::from_utf8(plain).ok()).unwrap_or_default();
    }
    answer
}

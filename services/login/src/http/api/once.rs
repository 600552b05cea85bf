//! `Idempotency-Key` where chassis's own recipe does not fit: before there is a tenant, and for answers with a secret.

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
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{app::App, error::Error};

/// The header that makes a repetition harmless.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct KeyHeader {
    /// Chosen by the client, 1 to 255 characters: a request that comes again with it gets the first one's answer.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    #[expect(dead_code, reason = "describes the header; the extractor reads it")]
    idempotency_key: Option<String>,
}

/// Does the work once for each key of a caller who has no tenant yet, known by what they come with: answers are kept as
/// nobody's. `work` may set the transaction's tenant.
pub(super) async fn by_anyone<T: Serialize>(
    app: &App,
    key: Option<&IdempotencyKey>,
    comes_with: &str,
    request: &impl Serialize,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<(StatusCode, T), Problem>,
) -> Result<Answer, Error> {
    let nobody = TenantId::from(Uuid::nil());
    let owner = Owner::anonymous(nobody, comes_with);
    let mut tx = app.db.begin(nobody).await?;
    let answer = idempotency::run(&mut tx, &app.clock, owner, key, request, async |tx| {
        let made = work(&mut *tx).await?;
        set_tenant(tx, nobody).await?;
        Ok(made)
    });
    let answer = answer.await?;
    tx.commit().await?;
    Ok(answer)
}

/// What a link is needed for, before the work: a link that is used up refuses the work, unless the same request was
/// answered already.
pub(super) fn unless_done<T>(found: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match found {
        Err(error) if !matches!(error, Error::NotFound(_)) => Err(error),
        found => Ok(found),
    }
}

/// A secret as it is kept with an answer, to be given again.
pub(super) fn sealed(sealer: &Sealer, secret: &str) -> String {
    BASE64_STANDARD_NO_PAD.encode(sealer.seal(secret.as_bytes()))
}

/// The answer with the secret in `field` as its receiver gets it.
pub(super) fn revealed(sealer: &Sealer, mut answer: Answer, field: &str) -> Answer {
    if let Some(Value::String(text)) = answer.body.get_mut(field) {
        let opened = BASE64_STANDARD_NO_PAD.decode(text.as_bytes()).ok().and_then(|sealed| sealer.open(&sealed).ok());
        *text = opened.and_then(|plain| String::from_utf8(plain).ok()).unwrap_or_default();
    }
    answer
}

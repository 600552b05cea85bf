//! Passkeys, and the directory that finds them by credential.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::Result;
use crate::domain::passkey::{Credential, Passkey, PasskeyId};

/// Inserts a passkey and its directory entry. The constraint `passkey_directory_pkey` refuses a credential that any
/// person has registered.
pub async fn insert(conn: &mut PgConnection, passkey: &Passkey, credential_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO passkey (passkey_id, tenant_id, user_id, name, credential, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        passkey.passkey_id.as_uuid(),
        passkey.tenant_id.as_uuid(),
        passkey.user_id.as_uuid(),
        passkey.name,
        Json(&passkey.credential.0) as _,
        passkey.created_at,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO passkey_directory (credential_hash, tenant_id, passkey_id) VALUES ($1, $2, $3)",
        credential_hash,
        passkey.tenant_id.as_uuid(),
        passkey.passkey_id.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn find_credential(conn: &mut PgConnection, credential_hash: &[u8]) -> Result<Option<(TenantId, PasskeyId)>> {
    let row = sqlx::query!(
        r#"SELECT tenant_id AS "tenant_id: TenantId", passkey_id AS "passkey_id: PasskeyId"
           FROM passkey_directory WHERE credential_hash = $1"#,
        credential_hash,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.tenant_id, row.passkey_id)))
}

/// Locks a passkey until the transaction ends, so that its uses are counted one after the other.
pub async fn lock(conn: &mut PgConnection, passkey_id: PasskeyId) -> Result<Option<Passkey>> {
    sqlx::query_as!(
        Passkey,
        r#"SELECT passkey_id AS "passkey_id: PasskeyId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                  name, credential AS "credential: Json<webauthn_rs::prelude::Passkey>", created_at, last_used_at
           FROM passkey WHERE passkey_id = $1 FOR UPDATE"#,
        passkey_id.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// A person's passkeys in the order of creation.
pub async fn list_by_user(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<Passkey>> {
    sqlx::query_as!(
        Passkey,
        r#"SELECT passkey_id AS "passkey_id: PasskeyId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                  name, credential AS "credential: Json<webauthn_rs::prelude::Passkey>", created_at, last_used_at
           FROM passkey WHERE user_id = $1 ORDER BY passkey_id"#,
        user_id.as_uuid(),
    )
    .fetch_all(conn)
    .await
}

pub async fn record_use(conn: &mut PgConnection, passkey: &Passkey, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE passkey SET credential = $2, last_used_at = $3 WHERE passkey_id = $1",
        passkey.passkey_id.as_uuid(),
        Json(&passkey.credential.0) as _,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Renames a passkey of the person. Returns whether it exists.
pub async fn rename(conn: &mut PgConnection, passkey_id: PasskeyId, user_id: UserId, name: &str) -> Result<bool> {
    let renamed = sqlx::query!(
        "UPDATE passkey SET name = $3 WHERE passkey_id = $1 AND user_id = $2",
        passkey_id.as_uuid(),
        user_id.as_uuid(),
        name,
    );
    Ok(renamed.execute(conn).await?.rows_affected() == 1)
}

/// Deletes a passkey of the person. Returns whether it existed.
pub async fn delete(conn: &mut PgConnection, passkey_id: PasskeyId, user_id: UserId) -> Result<bool> {
    let deleted = sqlx::query!(
        "DELETE FROM passkey WHERE passkey_id = $1 AND user_id = $2",
        passkey_id.as_uuid(),
        user_id.as_uuid()
    );
    Ok(deleted.execute(conn).await?.rows_affected() == 1)
}

/// Deletes all passkeys of a person. Returns their names.
pub async fn delete_all(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<String>> {
    sqlx::query_scalar!("DELETE FROM passkey WHERE user_id = $1 RETURNING name", user_id.as_uuid())
        .fetch_all(conn)
        .await
}

impl From<Json<webauthn_rs::prelude::Passkey>> for Credential {
    fn from(Json(passkey): Json<webauthn_rs::prelude::Passkey>) -> Self {
        Self(passkey)
    }
}

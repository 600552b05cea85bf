//! Passkeys, and the directory that leads to them.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::Result;
use crate::domain::passkey::PasskeyId;

/// A passkey as it is stored.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// Its id.
    pub passkey_id: PasskeyId,
    /// The tenant of the person.
    pub tenant_id: TenantId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the person calls it.
    pub name: String,
    /// The public key, with the counter of its uses.
    pub credential: Json<webauthn_rs::prelude::Passkey>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When its person last signed in by it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Adds a passkey, to be found by the hash of its credential's id. The constraint `passkey_directory_pkey` refuses one that
/// is known, whoever's it is.
pub async fn insert(connection: &mut PgConnection, passkey: &Passkey, credential_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO passkey (passkey_id, tenant_id, user_id, name, credential, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        passkey.passkey_id.as_uuid(),
        passkey.tenant_id.as_uuid(),
        passkey.user_id.as_uuid(),
        passkey.name,
        &passkey.credential as _,
        passkey.created_at,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO passkey_directory (credential_hash, tenant_id, passkey_id) VALUES ($1, $2, $3)",
        credential_hash,
        passkey.tenant_id.as_uuid(),
        passkey.passkey_id.as_uuid(),
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Which passkey it is.
pub async fn find_credential(
    connection: &mut PgConnection,
    credential_hash: &[u8],
) -> Result<Option<(TenantId, PasskeyId)>> {
    let row = sqlx::query!(
        r#"SELECT tenant_id AS "tenant_id: TenantId", passkey_id AS "passkey_id: PasskeyId"
           FROM passkey_directory WHERE credential_hash = $1"#,
        credential_hash,
    );
    Ok(row.fetch_optional(connection).await?.map(|row| (row.tenant_id, row.passkey_id)))
}

/// A passkey; its row stays locked until the transaction ends, so that its uses are counted one after the other.
pub async fn lock(connection: &mut PgConnection, passkey_id: PasskeyId) -> Result<Option<Passkey>> {
    sqlx::query_as!(
        Passkey,
        r#"SELECT passkey_id AS "passkey_id: PasskeyId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                  name, credential AS "credential: Json<webauthn_rs::prelude::Passkey>", created_at, last_used_at
           FROM passkey WHERE passkey_id = $1 FOR UPDATE"#,
        passkey_id.as_uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// A person's passkeys in the order they were added.
pub async fn of_user(connection: &mut PgConnection, user_id: UserId) -> Result<Vec<Passkey>> {
    sqlx::query_as!(
        Passkey,
        r#"SELECT passkey_id AS "passkey_id: PasskeyId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                  name, credential AS "credential: Json<webauthn_rs::prelude::Passkey>", created_at, last_used_at
           FROM passkey WHERE user_id = $1 ORDER BY passkey_id"#,
        user_id.as_uuid(),
    )
    .fetch_all(connection)
    .await
}

/// Records a use.
pub async fn touch(connection: &mut PgConnection, passkey: &Passkey, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE passkey SET credential = $2, last_used_at = $3 WHERE passkey_id = $1",
        passkey.passkey_id.as_uuid(),
        &passkey.credential as _,
        now,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Gives a passkey another name, if it is that person's; whether it is.
pub async fn rename(connection: &mut PgConnection, passkey_id: PasskeyId, user_id: UserId, name: &str) -> Result<bool> {
    let renamed = sqlx::query!(
        "UPDATE passkey SET name = $3 WHERE passkey_id = $1 AND user_id = $2",
        passkey_id.as_uuid(),
        user_id.as_uuid(),
        name,
    );
    Ok(renamed.execute(connection).await?.rows_affected() == 1)
}

/// Removes a passkey, if it is that person's; whether it was.
pub async fn delete(connection: &mut PgConnection, passkey_id: PasskeyId, user_id: UserId) -> Result<bool> {
    let deleted = sqlx::query!(
        "DELETE FROM passkey WHERE passkey_id = $1 AND user_id = $2",
        passkey_id.as_uuid(),
        user_id.as_uuid()
    );
    Ok(deleted.execute(connection).await?.rows_affected() == 1)
}

/// Removes all passkeys of a person.
pub async fn delete_all(connection: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM passkey WHERE user_id = $1", user_id.as_uuid()).execute(connection).await.map(drop)
}

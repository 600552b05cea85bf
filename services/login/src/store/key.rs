//! The issuer's signing keys.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name in tokens.
    pub kid: String,
    /// `ES256` or `RS256`.
    pub algorithm: String,
    /// Its private part, sealed.
    pub sealed: Vec<u8>,
    /// When it begins to sign.
    pub signs_from: DateTime<Utc>,
}

/// Lets one replica at a time look for keys and make those that are missing, until the transaction ends.
pub async fn lock(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('login signing keys', 0))")
        .execute(connection)
        .await
        .map(drop)
}

/// All keys, of each algorithm those first that sign first.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Key>> {
    sqlx::query_as!(
        Key,
        r#"SELECT kid, algorithm, sealed, coalesce(signs_from, created_at) AS "signs_from!"
           FROM signing_key ORDER BY algorithm, coalesce(signs_from, created_at), kid"#
    )
    .fetch_all(connection)
    .await
}

/// Adds a key.
pub async fn insert(connection: &mut PgConnection, key: &Key, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO signing_key (kid, algorithm, sealed, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)",
        key.kid,
        key.algorithm,
        key.sealed,
        now,
        key.signs_from,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Deletes a key that nobody needs any more.
pub async fn delete(connection: &mut PgConnection, kid: &str) -> Result<()> {
    sqlx::query!("DELETE FROM signing_key WHERE kid = $1", kid).execute(connection).await.map(drop)
}

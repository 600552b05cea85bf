//! The issuer's signing keys.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// A key as it is stored.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name in tokens.
    pub kid: String,
    /// `ES256` or `RS256`.
    pub algorithm: String,
    /// Its private part, sealed.
    pub sealed: Vec<u8>,
}

/// Lets one replica at a time look for keys and make those that are missing, until the transaction ends.
pub async fn lock(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('login signing keys', 0))")
        .execute(connection)
        .await
        .map(drop)
}

/// All keys, newest first.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Key>> {
    sqlx::query_as!(Key, "SELECT kid, algorithm, sealed FROM signing_key ORDER BY created_at DESC, kid")
        .fetch_all(connection)
        .await
}

/// Adds a key.
pub async fn insert(connection: &mut PgConnection, key: &Key, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO signing_key (kid, algorithm, sealed, created_at) VALUES ($1, $2, $3, $4)",
        key.kid,
        key.algorithm,
        key.sealed,
        now,
    )
    .execute(connection)
    .await
    .map(drop)
}

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::signing_key::SigningKey;

/// Serializes the creation of keys over all replicas until the transaction ends.
pub async fn lock(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('login signing keys', 0))")
        .execute(conn)
        .await
        .map(drop)
}

/// All keys by algorithm, in the order in which they sign.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<SigningKey>> {
    sqlx::query_as!(
        SigningKey,
        r#"SELECT kid, algorithm, sealed, coalesce(signs_from, created_at) AS "signs_from!"
           FROM signing_key ORDER BY algorithm, coalesce(signs_from, created_at), kid"#
    )
    .fetch_all(conn)
    .await
}

pub async fn insert(conn: &mut PgConnection, key: &SigningKey, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO signing_key (kid, algorithm, sealed, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)",
        key.kid,
        key.algorithm,
        key.sealed,
        now,
        key.signs_from,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn delete(conn: &mut PgConnection, kid: &str) -> Result<()> {
    sqlx::query!("DELETE FROM signing_key WHERE kid = $1", kid).execute(conn).await.map(drop)
}

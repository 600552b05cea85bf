//! Counts the statements that requests make, by `pg_stat_statements`.

use anyhow::{Context, Result};
use sqlx::AssertSqlSafe;

use super::world::World;

/// The role of requests. Workers have another one.
const ROLE: &str = "ad_app";

impl World {
    /// Counts the statements of requests from now on.
    pub(super) async fn count_statements(&self) -> Result<()> {
        let create = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements";
        sqlx::query(create).execute(&self.database).await.context("Postgres has no pg_stat_statements")?;
        self.track("all").await
    }

    /// Counts no longer, because counting takes time.
    pub(super) async fn stop_counting(&self) -> Result<()> {
        self.track("none").await
    }

    /// A setting of a role is that of its next connections, so the present ones are closed.
    async fn track(&self, which: &str) -> Result<()> {
        let sql = format!(
            "ALTER ROLE {ROLE} SET pg_stat_statements.track = '{which}';
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}'"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.database).await?;
        Ok(())
    }

    /// The number of statements that requests made so far.
    pub(super) async fn statements(&self) -> Result<i64> {
        let sql =
            "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
                   WHERE rolname = $1";
        Ok(sqlx::query_scalar(sql).bind(ROLE).fetch_one(&self.database).await?)
    }
}

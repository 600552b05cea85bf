//! Postgres: one pool for requests, which see one tenant at a time, and one pool for workers.
//!
//! To read or change a tenant's data: 1. `let mut tx = db.begin(tenant).await?;` 2. pass `&mut tx` to functions of
//! `store/`; 3. publish the change with [`crate::outbox::publish`]; 4. `tx.commit().await?`. Row-level security hides the
//! rows of other tenants.
//!
//! To find the tenant first: 1. read a directory table, which has no row-level security, in
//! [`Db::begin_unscoped`]; 2. call [`set_tenant`] on the same transaction.

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    AssertSqlSafe, ConnectOptions, PgConnection, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    config,
    id::TenantId,
    telemetry::{attribute, names, observable_gauge},
};

/// The connection pools of the product's database. Clones share them.
#[derive(Debug, Clone)]
pub struct Db {
    app: PgPool,
    worker: PgPool,
    /// Whether the schema was new enough before. It stays new enough, because migrations only add.
    schema_suffices: Arc<AtomicBool>,
}

impl Db {
    /// Creates both pools. They connect on first use, so that a product can start before its database.
    ///
    /// # Errors
    /// When a database URL is not valid.
    pub fn connect(config: &config::Database) -> Result<Self, sqlx::Error> {
        let max = config.database_max_connections;
        let db = Self {
            app: pool(options(&config.database_url)?, max),
            worker: pool(options(&config.worker_database_url)?, max.min(5)),
            schema_suffices: Arc::default(),
        };
        observe(&db);
        Ok(db)
    }

    /// Begins a transaction that sees and changes only the rows of `tenant`.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn begin(&self, tenant: TenantId) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        // One round trip for both. The id is a UUID, so it needs no quoting.
        let begin = format!("BEGIN; SELECT set_config('app.tenant_id', '{tenant}', true)");
        self.app.begin_with(AssertSqlSafe(begin)).await
    }

    /// Begins a transaction that sees no tenant's rows. For directory tables, which map a name to its tenant.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn begin_unscoped(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.app.begin().await
    }

    /// The pool of the app role, `<product>_app`.
    pub fn app(&self) -> &PgPool {
        &self.app
    }

    /// The pool of the worker role, `<product>_worker`. It sees all tenants, in the tables whose policies allow it.
    pub fn worker(&self) -> &PgPool {
        &self.worker
    }

    /// The maximum number of connections of the app role.
    pub(crate) fn max_connections(&self) -> usize {
        usize::try_from(self.app.options().get_max_connections()).unwrap_or(usize::MAX)
    }

    /// Checks that the schema is at least as new as this binary needs. For `/readyz`.
    ///
    /// # Errors
    /// The reason as text: the schema is too old or cannot be read.
    pub async fn schema_check(&self, migrator: &Migrator) -> Result<(), String> {
        if self.schema_suffices.load(Ordering::Relaxed) {
            return Ok(());
        }
        let needed = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        let present: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.app)
            .await
            .map_err(|error| format!("cannot read the schema version: {error}"))?;
        match present {
            Some(version) if version >= needed => {
                self.schema_suffices.store(true, Ordering::Relaxed);
                Ok(())
            }
            version => Err(format!("schema version is {}, {needed} is needed: run `migrate`", version.unwrap_or(0))),
        }
    }

    /// Closes both pools after their connections were returned.
    pub async fn close(&self) {
        tokio::join!(self.app.close(), self.worker.close());
    }
}

/// Sets the tenant whose rows the rest of the transaction sees.
///
/// # Errors
/// When the database is unavailable.
pub async fn set_tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('app.tenant_id', $1, true)").bind(tenant.to_string()).execute(conn).await.map(drop)
}

/// The name of the constraint that a change violated, to map it to a domain error.
pub fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

/// Whether the database is unavailable for now, in contrast to an error about the query.
///
/// Such an error passes without a change of ours: after a restart, a failover, or a `migrate` that has not run yet.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    /// Classes and codes of SQLSTATE (PostgreSQL 15, appendix A).
    const TRANSIENT: [&str; 11] = [
        "08",    // connection
        "25006", // read-only, after a failover
        "28",    // authorization
        "3D000", // no such database
        "40",    // serialization, deadlock
        "42703", // no such column
        "42883", // no such function
        "42P01", // no such table
        "53",    // resources
        "55P03", // lock not available
        "57P0",  // shutdown
    ];
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Protocol(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| TRANSIENT.iter().any(|transient| code.starts_with(transient)))
        }
        _ => false,
    }
}

pub(crate) fn options(url: &SecretString) -> Result<PgConnectOptions, sqlx::Error> {
    let options = PgConnectOptions::from_str(url.expose_secret())?;
    Ok(options.log_statements(tracing::log::LevelFilter::Trace))
}

/// Registers gauges of both pools: maximum, used and idle connections.
fn observe(db: &Db) {
    let pools = [("app", db.app.clone()), ("worker", db.worker.clone())];
    let named = |name: &'static str| attribute(names::DB_CLIENT_CONNECTION_POOL_NAME, name);
    let max = pools.each_ref().map(|(name, pool)| (f64::from(pool.options().get_max_connections()), vec![named(name)]));
    observable_gauge(names::DB_CLIENT_CONNECTION_MAX, "Maximum number of connections of a pool", move || max.clone());
    observable_gauge(names::DB_CLIENT_CONNECTION_COUNT, "Open connections of a pool", move || {
        let states = |(name, pool): &(&'static str, PgPool)| {
            // The two numbers are read one after the other: a connection may be returned in between.
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX).min(pool.size());
            let state = |state: &'static str| vec![named(name), attribute(names::DB_CLIENT_CONNECTION_STATE, state)];
            [(f64::from(pool.size() - idle), state("used")), (f64::from(idle), state("idle"))]
        };
        let [[app_used, app_idle], [worker_used, worker_idle]] = pools.each_ref().map(states);
        [app_used, app_idle, worker_used, worker_idle]
    });
}

fn pool(options: PgConnectOptions, max: u32) -> PgPool {
    PgPoolOptions::new().max_connections(max).acquire_timeout(Duration::from_secs(5)).connect_lazy_with(options)
}

//! Postgres: a pool for requests, which see one tenant at a time, and one for workers.
//!
//! To touch a tenant's data: `let mut tx = db.begin(tenant).await?;`, pass `&mut tx` to functions of `store/`, publish
//! what changed with [`crate::outbox::publish`], `tx.commit().await?`. Row-level security shows that tenant's rows alone.
//! What must be found before the tenant is known stands in directory tables: [`Db::begin_unscoped`], then [`set_tenant`].

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
    ConnectOptions, PgConnection, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    config,
    id::TenantId,
    telemetry::{attribute, names, observable_gauge},
};

/// Handles to the product's database.
#[derive(Debug, Clone)]
pub struct Db {
    app: PgPool,
    worker: PgPool,
    /// Set once the schema was found to suffice: migrations only add, so it goes on sufficing.
    schema_suffices: Arc<AtomicBool>,
}

impl Db {
    /// Pools that connect when they are first used, so that a product starts while its database still comes up.
    ///
    /// # Errors
    /// When an address can't be read.
    pub fn connect(config: &config::Database) -> Result<Self, sqlx::Error> {
        let most = config.database_max_connections;
        let db = Self {
            app: pool(options(&config.database_url)?, most),
            worker: pool(options(&config.worker_database_url)?, most.min(5)),
            schema_suffices: Arc::default(),
        };
        observe(&db);
        Ok(db)
    }

    /// A transaction that sees and changes `tenant`'s rows only.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn begin(&self, tenant: TenantId) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let mut transaction = self.app.begin().await?;
        set_tenant(&mut transaction, tenant).await?;
        Ok(transaction)
    }

    /// A transaction that sees no tenant's rows: for directory tables, which name the tenant.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn begin_unscoped(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.app.begin().await
    }

    /// The pool of the app role.
    pub fn app(&self) -> &PgPool {
        &self.app
    }

    /// The pool of the worker role, which sees what its policies name, of all tenants.
    pub fn worker(&self) -> &PgPool {
        &self.worker
    }

    /// Says whether the schema is as new as this binary needs. A newer one is fine: migrations only add.
    ///
    /// # Errors
    /// Why not, for `/readyz`.
    pub async fn schema_check(&self, migrator: &Migrator) -> Result<(), String> {
        if self.schema_suffices.load(Ordering::Relaxed) {
            return Ok(());
        }
        let needed = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        let present: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.app)
            .await
            .map_err(|error| format!("schema can't be read: {error}"))?;
        match present {
            Some(version) if version >= needed => {
                self.schema_suffices.store(true, Ordering::Relaxed);
                Ok(())
            }
            version => Err(format!("schema is at {}, needs {needed}: run `migrate`", version.unwrap_or(0))),
        }
    }

    /// Closes both pools, once what they lent has come back.
    pub async fn close(&self) {
        tokio::join!(self.app.close(), self.worker.close());
    }
}

/// Sets the tenant whose rows the rest of the transaction sees.
///
/// # Errors
/// When the database can't be reached.
pub async fn set_tenant(connection: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('app.tenant_id', $1, true)")
        .bind(tenant.to_string())
        .execute(connection)
        .await
        .map(drop)
}

/// The name of the constraint that refused a change, to be turned into a domain error.
pub fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

/// Whether the store itself is out of reach or not fit to answer, as opposed to an answer that it gave. It passes by
/// itself: a restart, a failover, or a schema that `migrate` is about to bring.
pub fn is_unreachable(error: &sqlx::Error) -> bool {
    /// Classes and codes of SQLSTATE (PostgreSQL 15, appendix A).
    const PASSING: [&str; 11] = [
        "08",    // connection
        "25006", // read-only, after a failover
        "28",    // authorization
        "3D000", // no such database
        "40",    // serialization, deadlock
        "42703", // no such column
        "42883", // no such function
        "42P01", // no such table
        "53",    // resources
        "55P03", // lock not to be had
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
            error.code().is_some_and(|code| PASSING.iter().any(|passing| code.starts_with(passing)))
        }
        _ => false,
    }
}

pub(crate) fn options(url: &SecretString) -> Result<PgConnectOptions, sqlx::Error> {
    let options = PgConnectOptions::from_str(url.expose_secret())?;
    Ok(options.log_statements(tracing::log::LevelFilter::Trace))
}

/// How many connections each pool has and may have, and how many of them are lent.
fn observe(db: &Db) {
    let pools = [("app", db.app.clone()), ("worker", db.worker.clone())];
    let named = |name: &'static str| attribute(names::DB_CLIENT_CONNECTION_POOL_NAME, name);
    let most =
        pools.each_ref().map(|(name, pool)| (f64::from(pool.options().get_max_connections()), vec![named(name)]));
    observable_gauge(names::DB_CLIENT_CONNECTION_MAX, "Most connections that a pool may have", move || most.clone());
    observable_gauge(names::DB_CLIENT_CONNECTION_COUNT, "Connections that a pool has", move || {
        let states = |(name, pool): &(&'static str, PgPool)| {
            // Two readings: between them, a connection may have come back.
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX).min(pool.size());
            let state = |state: &'static str| vec![named(name), attribute(names::DB_CLIENT_CONNECTION_STATE, state)];
            [(f64::from(pool.size() - idle), state("used")), (f64::from(idle), state("idle"))]
        };
        let [[app_used, app_idle], [worker_used, worker_idle]] = pools.each_ref().map(states);
        [app_used, app_idle, worker_used, worker_idle]
    });
}

fn pool(options: PgConnectOptions, most: u32) -> PgPool {
    PgPoolOptions::new().max_connections(most).acquire_timeout(Duration::from_secs(5)).connect_lazy_with(options)
}

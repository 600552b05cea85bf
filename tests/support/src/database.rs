use std::{
    collections::HashMap,
    sync::atomic::{AtomicU32, Ordering},
};

use chassis::{config, migrate::Schema};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio::sync::Mutex;

/// Superuser URL of the Postgres that tests use.
const VARIABLE: &str = "TEST_DATABASE_URL";
/// Key of the advisory lock for creating roles, which all test processes on the server share.
const ROLES: i64 = 0x726f_6c65;

/// A migrated database that belongs to one test.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    server: String,
    name: String,
    product: &'static str,
}

/// Creates a database as a copy of the product's template. Each process migrates the template once.
///
/// # Panics
/// If `TEST_DATABASE_URL` is not set or Postgres is unreachable.
pub async fn database(schema: &Schema) -> TestDatabase {
    static TEMPLATES: Mutex<Option<HashMap<&'static str, String>>> = Mutex::const_new(None);
    static NEXT: AtomicU32 = AtomicU32::new(0);

    let server = std::env::var(VARIABLE)
        .unwrap_or_else(|_| panic!("{VARIABLE} is not set: run `scripts/test {}`", schema.product));
    let server = server.rsplit_once('/').map_or(server.clone(), |(server, _)| server.to_owned());
    let mut templates = TEMPLATES.lock().await;
    let templates = templates.get_or_insert_default();
    if !templates.contains_key(schema.product) {
        let template = format!("{}_template_{}", schema.product, std::process::id());
        make_template(&server, &template, schema).await;
        templates.insert(schema.product, template);
    }
    let template = &templates[schema.product];
    let name = format!("{}_test_{}_{}", schema.product, std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    run(&server, &[&format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {}_owner", schema.product)]).await;
    TestDatabase { server, name, product: schema.product }
}

impl TestDatabase {
    /// Returns the product's configuration for this database.
    pub fn config(&self) -> config::Database {
        config::Database {
            database_url: self.url("app"),
            worker_database_url: self.url("worker"),
            database_max_connections: 10,
        }
    }

    /// Returns the URL for the product's role `role`: "owner", "app" or "worker".
    pub fn url(&self, role: &str) -> SecretString {
        url(&self.server, self.product, role, &self.name)
    }

    /// Opens a superuser pool, which sees the rows of all tenants.
    pub async fn superuser(&self) -> PgPool {
        let url = format!("{}/{}", self.server, self.name);
        PgPoolOptions::new().max_connections(3).connect(&url).await.expect("the test's database")
    }

    /// Returns tables without forced row-level security whose comment gives no reason for the exemption.
    pub async fn tables_without_row_level_security(&self) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT c.relname::text FROM pg_class c
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_%migrations'
               AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
               AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE 'exempt from row-level security: %'
             ORDER BY 1",
        )
        .fetch_all(&self.superuser().await)
        .await
        .expect("the catalogue")
    }
}

fn url(server: &str, product: &str, role: &str, database: &str) -> SecretString {
    let (scheme, rest) = server.split_once("://").expect("a URL with a scheme");
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}://{product}_{role}:{product}_{role}@{host}/{database}").into()
}

async fn make_template(server: &str, template: &str, schema: &Schema) {
    let product = schema.product;
    let mut connection = connect(server).await;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(ROLES).execute(&mut connection).await.expect("the lock of roles");
    for role in ["owner", "app", "worker"] {
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(format!("{product}_{role}"))
            .fetch_one(&mut connection)
            .await
            .expect("the roles");
        if !there {
            let make = format!("CREATE ROLE {product}_{role} LOGIN PASSWORD '{product}_{role}'");
            connection.execute(AssertSqlSafe(make)).await.expect("a role");
        }
    }
    connection.close().await.expect("closed");
    run(
        server,
        &[
            &format!("CREATE DATABASE {template} OWNER {product}_owner"),
            &format!("REVOKE ALL ON DATABASE {template} FROM PUBLIC"),
        ],
    )
    .await;
    chassis::migrate::apply(&url(server, product, "owner", template), schema).await.expect("the product's migrations");
}

async fn connect(server: &str) -> PgConnection {
    PgConnection::connect(&format!("{server}/postgres"))
        .await
        .unwrap_or_else(|error| panic!("cannot connect to Postgres at {VARIABLE} ({error}): run `scripts/test`"))
}

async fn run(server: &str, statements: &[&str]) {
    let mut connection = connect(server).await;
    for statement in statements {
        connection
            .execute(AssertSqlSafe((*statement).to_owned()))
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    connection.close().await.expect("closed");
}

//! Creates the database and the roles of a product.
//!
//! A product has three roles: `<p>_owner` owns the database and runs migrations, `<p>_app` serves requests, and
//! `<p>_worker` runs background workers. No other role may connect to this database, and these roles may connect to no
//! other database.

use anyhow::{Context, Result};
use sqlx::{
    AssertSqlSafe, Connection, Executor, Row,
    postgres::{PgConnectOptions, PgConnection},
};
use url::Url;

use crate::secrets::Secrets;

/// URLs of one product's database, by role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Databases {
    /// For requests.
    pub app: String,
    /// For background workers.
    pub worker: String,
    /// For migrations.
    pub owner: String,
}

impl Databases {
    /// Builds the URLs on the server of the URL `admin`; the passwords of the roles come from `secrets`.
    pub fn on(admin: &str, product: &str, secrets: &Secrets) -> Result<Self> {
        let of = |role: &str| {
            let name = format!("{product}_{role}");
            url(admin, product, &name, &secrets.get(&name)?)
        };
        Ok(Self { app: of("app")?, worker: of("worker")?, owner: of("owner")? })
    }
}

/// Builds the URL of the product's database for the role of the URL `admin`.
pub fn as_admin(admin: &str, product: &str) -> Result<String> {
    let mut url = Url::parse(admin).context("invalid Postgres URL")?;
    url.set_path(product);
    Ok(url.into())
}

/// Creates the missing database and roles of `product`.
///
/// `admin` is the URL of a role that may create roles and databases.
pub async fn provision(admin: &str, product: &str, secrets: &Secrets) -> Result<Databases> {
    let options: PgConnectOptions = admin.parse().context("invalid Postgres URL")?;
    let mut connection = PgConnection::connect_with(&options).await.context("cannot connect to Postgres")?;
    for role in ["app", "worker", "owner"] {
        let name = format!("{product}_{role}");
        ensure_role(&mut connection, &name, &secrets.get(&name)?).await?;
    }
    ensure_database(&mut connection, product).await?;
    connection.close().await?;
    Databases::on(admin, product, secrets)
}

/// Revokes the right of all roles to connect to the server's own databases.
pub async fn close_to_public(admin: &str) -> Result<()> {
    let mut connection = PgConnection::connect(admin).await?;
    connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC").await?;
    connection.close().await?;
    Ok(())
}

async fn ensure_role(connection: &mut PgConnection, name: &str, password: &str) -> Result<()> {
    let exists: bool = sqlx::query("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
        .bind(name)
        .fetch_one(&mut *connection)
        .await?
        .get(0);
    let verb = if exists { "ALTER" } else { "CREATE" };
    // Names are validated when product.toml is read, and passwords are base64url, so nothing needs quoting.
    let sql = format!("{verb} ROLE {name} LOGIN PASSWORD '{password}'");
    connection.execute(AssertSqlSafe(sql)).await.with_context(|| format!("cannot create the role {name}"))?;
    Ok(())
}

async fn ensure_database(connection: &mut PgConnection, product: &str) -> Result<()> {
    let owner = format!("{product}_owner");
    let exists: bool = sqlx::query("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(product)
        .fetch_one(&mut *connection)
        .await?
        .get(0);
    if !exists {
        // A role that is no superuser may create a database only for a role of which it is a member.
        let grant = format!("GRANT {owner} TO CURRENT_USER");
        connection.execute(AssertSqlSafe(grant)).await?;
        let create = format!("CREATE DATABASE {product} OWNER {owner}");
        connection
            .execute(AssertSqlSafe(create))
            .await
            .with_context(|| format!("cannot create the database {product}"))?;
    }
    for sql in [
        format!("REVOKE ALL ON DATABASE {product} FROM PUBLIC"),
        format!("GRANT CONNECT ON DATABASE {product} TO {product}_app, {product}_worker"),
    ] {
        connection.execute(AssertSqlSafe(sql)).await?;
    }
    Ok(())
}

fn url(admin: &str, database: &str, role: &str, password: &str) -> Result<String> {
    let mut url = Url::parse(&as_admin(admin, database)?)?;
    let settable = url.set_username(role).and_then(|()| url.set_password(Some(password)));
    settable.map_err(|()| anyhow::anyhow!("the Postgres URL has no host"))?;
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn a_url_keeps_host_and_settings() {
        assert_eq!(
            url("postgres://root:pw@db:5433/postgres?sslmode=require", "ad", "ad_app", "x-y_z").unwrap(),
            "postgres://ad_app:x-y_z@db:5433/ad?sslmode=require"
        );
    }
}

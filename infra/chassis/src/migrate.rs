//! The command `migrate`: updates the schema and the topics for this binary. Newer migrations are left alone.
//!
//! To add a table: add a file to the product's `migrations/`, with row-level security like the other tables. Only add
//! tables and columns: during a rollout the previous version runs at the same time.
//!
//! To add a topic: add it to the product's `events::WRITES`.

use std::{borrow::Cow, collections::HashMap};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, SqlSafeStr,
    migrate::{Migration, Migrator},
    postgres::PgConnectOptions,
};
use url::Url;

use crate::{
    Error,
    config::{self, Addrs, Telemetry},
    consumer, db,
    event::Topic,
    kafka,
};

/// The schema and topics of a product.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The name of the product. Its database roles are `<product>_owner`, `<product>_app` and `<product>_worker`.
    pub product: &'static str,
    /// The migrations of the product.
    pub migrator: &'static Migrator,
    /// The topics that the product publishes to. They are created.
    pub writes: &'static [Topic],
    /// The topics that the product consumes. A dead-letter topic is created for each.
    pub reads: &'static [Topic],
}

/// The arguments of the command `migrate`.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Postgres URL of the owner role, which may change the schema
    #[arg(long, env = "MIGRATE_DATABASE_URL", hide_env_values = true, value_parser = config::database_url)]
    pub migrate_database_url: SecretString,
    /// Postgres URL of the app role. A missing role is created with its password
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = config::database_url)]
    pub database_url: Option<SecretString>,
    /// Postgres URL of the worker role. A missing role is created with its password
    #[arg(long, env = "WORKER_DATABASE_URL", hide_env_values = true, value_parser = config::database_url)]
    pub worker_database_url: Option<SecretString>,
    /// Whether to create topics after the schema, assume that the broker creates them, or create only topics
    #[arg(long, env = "MIGRATE_TOPICS", value_enum, default_value_t = Topics::Create)]
    pub topics: Topics,
    /// Kafka bootstrap servers: host:port, separated by commas
    #[arg(long, env = "KAFKA_BROKERS")]
    pub kafka_brokers: Option<Addrs>,
    /// Replication factor of new topics
    #[arg(long, env = "TOPIC_REPLICATION", default_value_t = 1)]
    pub topic_replication: i32,
    /// Prefix of topic names, for a shared broker
    #[arg(long, env = "TOPIC_PREFIX", default_value = "")]
    pub topic_prefix: String,
    /// Logs and traces
    #[command(flatten)]
    pub telemetry: Telemetry,
}

/// The parts of the migration that run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Topics {
    /// Update the schema, then create topics.
    Create,
    /// Update the schema only: the broker creates topics automatically.
    Assume,
    /// Create topics only.
    Only,
}

/// Runs the migration. It is idempotent.
///
/// # Errors
/// When a role, a migration or a topic cannot be created.
pub async fn run(arguments: Arguments, schema: &Schema) -> Result<(), Error> {
    if arguments.topics != Topics::Assume && arguments.kafka_brokers.is_none() {
        config::exit_invalid(
            schema.product,
            "KAFKA_BROKERS",
            "not set: it is needed to create topics, unless MIGRATE_TOPICS is `assume`",
        );
    }
    if arguments.topics != Topics::Only {
        create_roles(&arguments, schema.product).await?;
        apply(&arguments.migrate_database_url, schema).await?;
        tracing::info!("schema is up to date");
    }
    if let (Topics::Create | Topics::Only, Some(brokers)) = (arguments.topics, &arguments.kafka_brokers) {
        let dead_letters = schema.reads.iter().map(|topic| consumer::dead_letter_topic(schema.product, topic.name));
        let topics: Vec<(String, Topic)> = schema
            .writes
            .iter()
            .map(|topic| (topic.name.to_owned(), *topic))
            .chain(dead_letters.map(|name| (name, consumer::DEAD_LETTERS)))
            .collect();
        let created =
            kafka::create_topics(brokers, &arguments.topic_prefix, &topics, arguments.topic_replication).await;
        let created = created.map_err(|error| format!("KAFKA_BROKERS is {brokers}: {error}"))?;
        tracing::info!(topics.created = created, topics.all = topics.len(), "topics are up to date");
    }
    Ok(())
}

/// Applies the migrations of chassis and then of the product, as the owner role.
///
/// # Errors
/// When a migration fails.
pub async fn apply(owner: &SecretString, schema: &Schema) -> Result<(), Error> {
    let mut conn = PgConnection::connect_with(&db::options(owner)?).await?;
    let mut chassis = Migrator::with_migrations(chassis_migrations(schema.product));
    chassis.dangerous_set_table_name("_chassis_migrations");
    chassis.set_ignore_missing(true);
    chassis.run(&mut conn).await?;
    let mut product = Migrator::with_migrations(schema.migrator.iter().cloned().collect());
    product.set_ignore_missing(true);
    product.run(&mut conn).await?;
    for grant in grants(schema.product) {
        sqlx::raw_sql(AssertSqlSafe(grant)).execute(&mut conn).await?;
    }
    Ok(conn.close().await?)
}

fn chassis_migrations(product: &str) -> Vec<Migration> {
    static MIGRATOR: Migrator = sqlx::migrate!();
    let for_product = |migration: &Migration| {
        let sql = migration.sql.as_str().replace("{product}", product);
        let description = Cow::Owned(migration.description.to_string());
        Migration::new(
            migration.version,
            description,
            migration.migration_type,
            AssertSqlSafe(sql).into_sql_str(),
            false,
        )
    };
    MIGRATOR.iter().map(for_product).collect()
}

fn grants(product: &str) -> [String; 2] {
    [
        format!("GRANT USAGE ON SCHEMA public TO {product}_app, {product}_worker"),
        format!("GRANT SELECT ON _sqlx_migrations TO {product}_app, {product}_worker"),
    ]
}

/// Creates missing roles. Existing roles are not changed: a managed Postgres may have them already.
async fn create_roles(arguments: &Arguments, product: &str) -> Result<(), Error> {
    let wanted: HashMap<String, Option<&SecretString>> = HashMap::from([
        (format!("{product}_app"), arguments.database_url.as_ref()),
        (format!("{product}_worker"), arguments.worker_database_url.as_ref()),
    ]);
    let mut conn = PgConnection::connect_with(&db::options(&arguments.migrate_database_url)?).await?;
    for (role, url) in wanted {
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(&role)
            .fetch_one(&mut conn)
            .await?;
        if exists {
            continue;
        }
        let password = url.and_then(|url| password_of(url, &role)).ok_or_else(|| {
            Error::from(format!(
                "role {role} is missing: set the database URL with its name and password, so that it can be created"
            ))
        })?;
        let password = password.replace('\'', "''");
        let create = format!("CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut conn).await?;
        tracing::info!(role, "role created");
    }
    Ok(conn.close().await?)
}

fn password_of(url: &SecretString, role: &str) -> Option<String> {
    let url = Url::parse(url.expose_secret()).ok()?;
    let options: PgConnectOptions = url.as_str().parse().ok()?;
    if options.get_username() != role {
        return None;
    }
    // `url` decodes percent-encoding only in queries, where `+` is a space.
    let query = format!("password={}", url.password()?.replace('+', "%2B"));
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, password)| password.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_created_with_the_password_of_its_own_url() {
        let url = SecretString::from("postgres://login_app:p%40ss+word@db/login");
        assert_eq!(password_of(&url, "login_app").as_deref(), Some("p@ss+word"));
        assert_eq!(password_of(&url, "login_worker"), None);
    }
}

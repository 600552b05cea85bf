//! `migrate`: brings the product's database and topics to what this binary needs, and leaves what is newer alone.
//!
//! To add a table: add a file to the product's `migrations/`, with row-level security as its neighbours have it. Only
//! add: the version before runs beside this one during a rollout. To add a topic: add it to `events::WRITES`.

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

/// What a product's `migrate` makes.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The product's name: its roles are `<product>_owner`, `<product>_app` and `<product>_worker`.
    pub product: &'static str,
    /// The product's own migrations.
    pub migrator: &'static Migrator,
    /// The topics it writes.
    pub writes: &'static [Topic],
    /// The topics it reads: each has a dead-letter topic.
    pub reads: &'static [Topic],
}

/// Arguments of `migrate`.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Postgres as the owner role, which may change the schema
    #[arg(long, env = "MIGRATE_DATABASE_URL", hide_env_values = true, value_parser = config::database_url)]
    pub migrate_database_url: SecretString,
    /// Postgres as the app role: the role is made with this password when it is missing
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = config::database_url)]
    pub database_url: Option<SecretString>,
    /// Postgres as the worker role: the role is made with this password when it is missing
    #[arg(long, env = "WORKER_DATABASE_URL", hide_env_values = true, value_parser = config::database_url)]
    pub worker_database_url: Option<SecretString>,
    /// What to do about topics: make them after the schema, leave them to the broker, or make nothing else
    #[arg(long, env = "MIGRATE_TOPICS", value_enum, default_value_t = Topics::Create)]
    pub topics: Topics,
    /// Kafka bootstrap servers: host:port, separated by commas
    #[arg(long, env = "KAFKA_BROKERS")]
    pub kafka_brokers: Option<Addrs>,
    /// Copies of each partition
    #[arg(long, env = "TOPIC_REPLICATION", default_value_t = 1)]
    pub topic_replication: i32,
    /// Put before each topic's name, where a broker is shared
    #[arg(long, env = "TOPIC_PREFIX", default_value = "")]
    pub topic_prefix: String,
    /// How it reports
    #[command(flatten)]
    pub telemetry: Telemetry,
}

/// What `migrate` does about topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Topics {
    /// Schema, then topics.
    Create,
    /// Schema; the broker makes topics by itself.
    Assume,
    /// Topics; the schema is left as it is.
    Only,
}

/// Does what the arguments say. Doing it again changes nothing.
///
/// # Errors
/// When Postgres or the broker refuses, or can't be reached.
pub async fn run(arguments: Arguments, schema: &Schema) -> Result<(), Error> {
    if arguments.topics != Topics::Assume && arguments.kafka_brokers.is_none() {
        config::exit_invalid(
            schema.product,
            "KAFKA_BROKERS",
            "not set: topics are made there, or MIGRATE_TOPICS is `assume`",
        );
    }
    if arguments.topics != Topics::Only {
        roles(&arguments, schema.product).await?;
        apply(&arguments.migrate_database_url, schema).await?;
        tracing::info!("schema is up to date");
    }
    if let (Topics::Create | Topics::Only, Some(brokers)) = (arguments.topics, &arguments.kafka_brokers) {
        let dead = schema.reads.iter().map(|topic| consumer::dead_letter_topic(schema.product, topic.name));
        let topics: Vec<(String, Topic)> = schema
            .writes
            .iter()
            .map(|topic| (topic.name.to_owned(), *topic))
            .chain(dead.map(|name| (name, consumer::DEAD_LETTERS)))
            .collect();
        let made = kafka::create_topics(brokers, &arguments.topic_prefix, &topics, arguments.topic_replication).await?;
        tracing::info!(topics.made = made, topics.all = topics.len(), "topics are there");
    }
    Ok(())
}

/// Applies chassis's migrations and then the product's, as the owner.
///
/// # Errors
/// When Postgres refuses one, or can't be reached.
pub async fn apply(owner: &SecretString, schema: &Schema) -> Result<(), Error> {
    let mut connection = PgConnection::connect_with(&db::options(owner)?).await?;
    let mut ours = Migrator::with_migrations(chassis_migrations(schema.product));
    ours.dangerous_set_table_name("_chassis_migrations");
    ours.set_ignore_missing(true);
    ours.run(&mut connection).await?;
    let mut its = Migrator::with_migrations(schema.migrator.iter().cloned().collect());
    its.set_ignore_missing(true);
    its.run(&mut connection).await?;
    for grant in grants(schema.product) {
        sqlx::raw_sql(AssertSqlSafe(grant)).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
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

/// Makes the roles that are missing. An operated Postgres may have them from elsewhere: those stay as they are.
async fn roles(arguments: &Arguments, product: &str) -> Result<(), Error> {
    let wanted: HashMap<String, Option<&SecretString>> = HashMap::from([
        (format!("{product}_app"), arguments.database_url.as_ref()),
        (format!("{product}_worker"), arguments.worker_database_url.as_ref()),
    ]);
    let mut connection = PgConnection::connect_with(&db::options(&arguments.migrate_database_url)?).await?;
    for (role, url) in wanted {
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(&role)
            .fetch_one(&mut connection)
            .await?;
        if there {
            continue;
        }
        let password = url.and_then(|url| password_of(url, &role)).ok_or_else(|| {
            Error::from(format!("role {role} is missing, and no address with its name and password is set"))
        })?;
        let password = password.replace('\'', "''");
        let create = format!("CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await?;
        tracing::info!(role, "role made");
    }
    Ok(connection.close().await?)
}

fn password_of(url: &SecretString, role: &str) -> Option<String> {
    let url = Url::parse(url.expose_secret()).ok()?;
    let options: PgConnectOptions = url.as_str().parse().ok()?;
    if options.get_username() != role {
        return None;
    }
    // Percent-decoding, by way of the one part of a URL that `url` decodes: a query, where `+` means a space.
    let query = format!("password={}", url.password()?.replace('+', "%2B"));
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, password)| password.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_is_made_with_the_password_of_its_own_address() {
        let url = SecretString::from("postgres://login_app:p%40ss+word@db/login");
        assert_eq!(password_of(&url, "login_app").as_deref(), Some("p@ss+word"));
        assert_eq!(password_of(&url, "login_worker"), None);
    }
}

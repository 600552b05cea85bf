//! login's configuration. `login serve --help` is its reference.

use chassis::config::{Database, Issuer, Kafka, Lifecycle, ListenAddrs, Proxies, SecretKey, Telemetry};
use clap::{Args, Parser, Subcommand};
use lettre::message::Mailbox;

use crate::{admin, clients_file::FirstParty, mail::setting::MailSetting};

/// Who is who: tenants, people, sessions and tokens.
#[derive(Debug, Parser)]
#[command(name = "login", version)]
pub struct Cli {
    /// What to do; `serve` when nothing is said
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages, APIs and gRPC until told to stop
    Serve(Box<Config>),
    /// Bring schema and topics to what this binary needs
    Migrate(Box<chassis::migrate::Arguments>),
    /// Do what an operator does by hand
    Admin(Box<admin::Arguments>),
    /// Print the OpenAPI document
    Openapi,
}

/// Settings of `serve`.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Where it listens
    #[command(flatten)]
    pub addresses: ListenAddrs,
    /// Its Postgres
    #[command(flatten)]
    pub database: Database,
    /// The broker
    #[command(flatten)]
    pub kafka: Kafka,
    /// The issuer: login itself
    #[command(flatten)]
    pub issuer: Issuer,
    /// What stands in front of it
    #[command(flatten)]
    pub proxies: Proxies,
    /// How it stops
    #[command(flatten)]
    pub lifecycle: Lifecycle,
    /// Logs and traces
    #[command(flatten)]
    pub telemetry: Telemetry,
    /// JSON file of the first-party clients
    #[arg(long, env = "LOGIN_CLIENTS_FILE")]
    pub login_clients_file: FirstParty,
    /// Key that seals the signing keys in the store: 32 bytes, base64url
    #[arg(long, env = "LOGIN_KEY_SECRET", hide_env_values = true)]
    pub login_key_secret: SecretKey,
    /// Where mails go: `dev` shows them at /dev/mailbox, never of an issuer on https; smtps://user:password@host:465 or
    /// smtp://user:password@host:587?tls=required sends them
    #[arg(long, env = "LOGIN_MAIL", hide_env_values = true)]
    pub login_mail: MailSetting,
    /// Whom mails are from, such as `login <no-reply@example.com>`; no-reply at login's own host when not said
    #[arg(long, env = "LOGIN_MAIL_FROM")]
    pub login_mail_from: Option<Mailbox>,
}

impl Config {
    /// These settings, when they don't contradict each other; else it ends the process as
    /// [`parse`](chassis::config::parse) does.
    pub fn checked(self) -> Self {
        if matches!(self.login_mail, MailSetting::Dev) && self.issuer.login_public_url.is_https() {
            let why = "`dev` shows everybody's mails to everybody, and LOGIN_PUBLIC_URL is https: set \
                       smtps://user:password@host:465, or smtp://user:password@host:587?tls=required";
            chassis::config::exit_invalid("login", "LOGIN_MAIL", why);
        }
        self
    }
}

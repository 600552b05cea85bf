//! login's configuration. `login serve --help` is its reference.

use chassis::config::{Database, Issuer, Kafka, Lifecycle, ListenAddrs, Proxies, SecretKey, Telemetry};
use clap::Args;
use lettre::message::Mailbox;

use crate::{clients_file::FirstParty, mail::setting::MailSetting};

/// Settings of `serve`.
#[derive(Debug, Clone, Args)]
pub struct Config {
    #[command(flatten)]
    pub addresses: ListenAddrs,
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub kafka: Kafka,
    #[command(flatten)]
    pub issuer: Issuer,
    #[command(flatten)]
    pub proxies: Proxies,
    #[command(flatten)]
    pub lifecycle: Lifecycle,
    #[command(flatten)]
    pub telemetry: Telemetry,
    /// JSON file of the first-party clients
    #[arg(long, env = "LOGIN_CLIENTS_FILE")]
    pub login_clients_file: FirstParty,
    /// Key that encrypts the signing keys in the database: 32 bytes, base64url
    #[arg(long, env = "LOGIN_KEY_SECRET", hide_env_values = true)]
    pub login_key_secret: SecretKey,
    /// Mail transport: `dev` shows the mails at /dev/mailbox and is refused when the issuer uses https;
    /// smtps://user:password@host:465 or smtp://user:password@host:587?tls=required sends them
    #[arg(long, env = "LOGIN_MAIL", hide_env_values = true)]
    pub login_mail: MailSetting,
    /// Sender of the mails, such as `login <no-reply@example.com>`; default: no-reply at login's own host
    #[arg(long, env = "LOGIN_MAIL_FROM")]
    pub login_mail_from: Option<Mailbox>,
}

impl Config {
    /// Returns the settings if they do not contradict each other. Otherwise ends the process, as
    /// [`parse`](chassis::config::parse) does.
    pub fn checked(self) -> Self {
        if matches!(self.login_mail, MailSetting::Dev) && self.issuer.login_public_url.is_https() {
            let why = "`dev` shows all mails to everyone and is refused because LOGIN_PUBLIC_URL uses https: set \
                       smtps://user:password@host:465, or smtp://user:password@host:587?tls=required";
            chassis::config::exit_invalid("login", "LOGIN_MAIL", why);
        }
        self
    }
}

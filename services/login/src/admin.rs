//! `login admin …`: what an operator does by hand, beside a login that runs. It is set as `serve` is.
//!
//! To add a command: a variant of [`Command`], and an arm in [`act`] that calls its use case and says what came of it.

use std::process::ExitCode;

use chassis::{clock::Clock, error::chain, problem::FieldError};
use clap::{Args, Subcommand};

use crate::{
    app::App,
    config::Config,
    domain::{
        email::Email,
        plan::Plan,
        throttle::{MOST_FAILED, WINDOW},
    },
    error::Error,
    usecase::{
        change_tenant::{activate_tenant, set_plan, suspend_tenant},
        rotate_keys::rotate_keys,
        send_mail::{Replayed, replay_failed_mail},
        unlock::unlock,
    },
};

/// Arguments of `admin`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// As for `serve`
    #[command(flatten)]
    pub config: Config,
}

/// What an operator can do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Forget the failed tries for an address
    ///
    /// Its owner can then sign in from anywhere but a place that is held: one with 60 failures in 15 minutes, whatever the
    /// addresses, stays so until they are older. On a device that they signed in on before, and by a passkey, no place holds
    /// them.
    Unlock {
        /// The address
        #[arg(value_name = "EMAIL")]
        email: String,
    },
    /// Stop serving a company: its people are signed out everywhere, and nobody signs in
    SuspendTenant {
        /// The company's short name
        #[arg(value_name = "SLUG")]
        slug: String,
    },
    /// Serve a company again
    ActivateTenant {
        /// The company's short name
        #[arg(value_name = "SLUG")]
        slug: String,
    },
    /// Give a company another plan
    SetPlan {
        /// The company's short name
        #[arg(value_name = "SLUG")]
        slug: String,
        /// free or pro
        #[arg(value_name = "PLAN")]
        plan: String,
    },
    /// Make new signing keys now: they are published at once, and sign an hour later
    RotateKeys,
    /// Queue all mails again that were given up, but for those whose links are dead: they are dropped. There are no other
    /// dead letters, as login reads no topic
    ReplayDeadLetters,
}

/// Does it, and says so: what came of it on standard output, or why not on standard error. The exit code is 0
/// when it is done (or was before), 1 when it can't be, and 64 when the settings or arguments are wrong.
pub async fn run(arguments: Arguments) -> ExitCode {
    let outcome = match App::new(&arguments.config, Clock::system()) {
        Ok(app) => {
            let outcome = act(&app, arguments.command).await;
            app.close().await;
            outcome
        }
        Err(error) => Err(chain(error.as_ref())),
    };
    match outcome {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("login: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Does it, and says what came of it.
///
/// # Errors
/// What is wrong, in one line.
pub async fn act(app: &App, command: Command) -> Result<String, String> {
    match command {
        Command::Unlock { email } => {
            let address = Email::parse("EMAIL", &email).map_err(|error| in_words(error.into(), &email))?;
            unlock(app, &address).await.map_err(|error| in_words(error, &email))?;
            Ok(format!(
                "no failed tries count for {email} any more; a place with {MOST_FAILED} failures within {} minutes stays held",
                WINDOW.num_minutes()
            ))
        }
        Command::SuspendTenant { slug } => {
            let ended = suspend_tenant(app, &slug).await.map_err(|error| in_words(error, &slug))?;
            Ok(ended.map_or_else(
                || format!("{slug} was suspended already"),
                |ended| format!("suspended {slug}: {ended} sessions ended"),
            ))
        }
        Command::ActivateTenant { slug } => {
            let changed = activate_tenant(app, &slug).await.map_err(|error| in_words(error, &slug))?;
            Ok(if changed { format!("activated {slug}") } else { format!("{slug} was active already") })
        }
        Command::SetPlan { slug, plan } => {
            let chosen = Plan::parse("PLAN", &plan).map_err(|error| in_words(error.into(), &plan))?;
            set_plan(app, &slug, chosen).await.map_err(|error| in_words(error, &slug))?;
            Ok(format!("{slug} has the plan {plan}"))
        }
        Command::RotateKeys => {
            let next = rotate_keys(app).await.map_err(|error| chain(&error))?;
            let each = next.iter().map(|key| {
                format!("{} key {} signs from {}", key.algorithm, key.kid, key.signs_from.format("%Y-%m-%dT%H:%M:%SZ"))
            });
            Ok(each.collect::<Vec<_>>().join("\n"))
        }
        Command::ReplayDeadLetters => {
            let Replayed { queued, dropped } = replay_failed_mail(app).await.map_err(|error| chain(&error))?;
            Ok(format!("queued {queued} mails again, dropped {dropped} whose links are dead"))
        }
    }
}

/// What is wrong with what was given.
fn in_words(error: Error, given: &str) -> String {
    match error {
        Error::NotFound("tenant_not_found") => format!("there is no tenant with the short name {given}"),
        Error::NotFound("user_not_found") => format!("nobody has the address {given}"),
        Error::Invalid(errors) => {
            let each = errors.iter().map(|FieldError { field, detail, .. }| format!("{field} {given}: {detail}"));
            each.collect::<Vec<_>>().join("; ")
        }
        other => chain(&other),
    }
}

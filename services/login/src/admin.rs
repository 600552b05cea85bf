//! `login admin …`: the commands that an operator runs by hand. They take the same configuration as `serve`.
//!
//! To add a command: add a variant to [`Command`] and an arm to [`execute`] that calls the use case and returns the
//! message to print.

use std::process::ExitCode;

use chassis::{clock::Clock, error::chain, problem::FieldError};
use clap::{Args, Subcommand};

use crate::{
    app::App,
    config::Config,
    domain::{
        email::Email,
        plan::Plan,
        throttle::{MAX_FAILURES_PER_NETWORK, WINDOW},
    },
    error::Error,
    usecase::{
        mail::send_mail::{Replayed, replay_failed_mail},
        rotate_keys::rotate_keys,
        sign_in::unlock::unlock,
        tenants::change_tenant::{activate_tenant, set_plan, suspend_tenant},
    },
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Command to run
    #[command(subcommand)]
    pub command: Command,
    /// The same configuration as `serve`
    #[command(flatten)]
    pub config: Config,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Delete the failed sign-in attempts of an account
    ///
    /// Its owner can then sign in again, except from a blocked network. A network with 60 failures in 15 minutes, for any
    /// accounts, stays blocked until they are older. The block does not apply to a known device or to a
    /// passkey.
    Unlock {
        /// E-mail address of the account
        #[arg(value_name = "EMAIL")]
        email: String,
    },
    /// Suspend a tenant: end all its sessions and refuse sign-ins
    SuspendTenant {
        /// Slug of the tenant
        #[arg(value_name = "SLUG")]
        slug: String,
    },
    /// Activate a suspended tenant
    ActivateTenant {
        /// Slug of the tenant
        #[arg(value_name = "SLUG")]
        slug: String,
    },
    /// Change the plan of a tenant
    SetPlan {
        /// Slug of the tenant
        #[arg(value_name = "SLUG")]
        slug: String,
        /// free or pro
        #[arg(value_name = "PLAN")]
        plan: String,
    },
    /// Create the next signing keys now; they are published at once and sign from one hour later
    RotateKeys,
    /// Queue all failed mails and password resets again, and delete mails with expired links; login consumes no topic, so it
    /// has no other dead letters
    ReplayDeadLetters,
}

/// Runs the command. Prints the result on standard output, an error on standard error.
///
/// The exit code is 0 on success (also when nothing had to change), 1 on failure, and 64 for invalid configuration or
/// arguments.
pub async fn run(arguments: Arguments) -> ExitCode {
    let outcome = match App::new(&arguments.config, Clock::system()) {
        Ok(app) => {
            let outcome = execute(&app, arguments.command).await;
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

/// Runs the command and returns the message to print.
///
/// # Errors
/// One line that names the value and the reason.
pub async fn execute(app: &App, command: Command) -> Result<String, String> {
    match command {
        Command::Unlock { email } => {
            let address = Email::of_account("EMAIL", &email).map_err(|error| describe(error.into(), &email))?;
            unlock(app, &address).await.map_err(|error| describe(error, &email))?;
            Ok(format!(
                "deleted the failed sign-in attempts of {email}; a network with {MAX_FAILURES_PER_NETWORK} failures within {} minutes stays blocked",
                WINDOW.num_minutes()
            ))
        }
        Command::SuspendTenant { slug } => {
            let ended = suspend_tenant(app, &slug).await.map_err(|error| describe(error, &slug))?;
            Ok(ended.map_or_else(
                || format!("{slug} was already suspended"),
                |ended| format!("suspended {slug}: {ended} sessions ended"),
            ))
        }
        Command::ActivateTenant { slug } => {
            let changed = activate_tenant(app, &slug).await.map_err(|error| describe(error, &slug))?;
            Ok(if changed { format!("activated {slug}") } else { format!("{slug} was already active") })
        }
        Command::SetPlan { slug, plan } => {
            let chosen = Plan::parse("PLAN", &plan).map_err(|error| describe(error.into(), &plan))?;
            set_plan(app, &slug, chosen).await.map_err(|error| describe(error, &slug))?;
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
            let Replayed { queued, requests, dropped } =
                replay_failed_mail(app).await.map_err(|error| chain(&error))?;
            let resets = if requests > 0 { format!(" and {requests} password resets") } else { String::new() };
            Ok(format!("queued {queued} failed mails{resets} again, deleted {dropped} with expired links"))
        }
    }
}

/// Describes an error to the operator who gave the value `given`.
fn describe(error: Error, given: &str) -> String {
    match error {
        Error::NotFound("tenant_not_found") => format!("no tenant has the slug {given}"),
        Error::NotFound("user_not_found") => format!("no account has the address {given}"),
        Error::Invalid(errors) => {
            let each = errors.iter().map(|FieldError { field, detail, .. }| format!("{field} {given}: {detail}"));
            each.collect::<Vec<_>>().join("; ")
        }
        other => chain(&other),
    }
}

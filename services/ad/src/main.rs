//! The ad binary: parses the command line and runs one command.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use ad::{
    admin,
    app::schema,
    cli::{Cli, Command},
    consume, http,
    server::serve,
};
use chassis::{clock::Clock, process};

#[tokio::main]
async fn main() -> ExitCode {
    match chassis::config::parse::<Cli>("ad").command {
        Command::Serve(config) => process::run("ad", config.telemetry.clone(), serve(*config, Clock::system())).await,
        Command::Migrate(arguments) => {
            let telemetry = arguments.telemetry.clone();
            process::run("ad", telemetry, chassis::migrate::run(*arguments, &schema())).await
        }
        Command::Admin(arguments) => admin::run(*arguments).await,
        Command::Openapi => {
            let document = http::api::document().to_text();
            // Writing fails when stdout is a pipe and its reader has exited.
            if writeln!(io::stdout(), "{document}").is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Command::Replay(arguments) => {
            let telemetry = arguments.telemetry.clone();
            process::run("ad", telemetry, consume::replay(*arguments)).await
        }
    }
}

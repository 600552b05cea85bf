//! The mypage binary: parses the command line and runs one command.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use chassis::{clock::Clock, process};
use mypage::{
    app::schema,
    config::{Cli, Command},
    consume, http,
    server::serve,
};

#[tokio::main]
async fn main() -> ExitCode {
    match chassis::config::parse::<Cli>("mypage").command {
        Command::Serve(config) => {
            process::run("mypage", config.telemetry.clone(), serve(*config, Clock::system())).await
        }
        Command::Migrate(arguments) => {
            let telemetry = arguments.telemetry.clone();
            process::run("mypage", telemetry, chassis::migrate::run(*arguments, &schema())).await
        }
        Command::Openapi => {
            let document = http::api::document().to_text();
            // Fails when the reader of the pipe has closed it.
            if writeln!(io::stdout(), "{document}").is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Command::Replay(arguments) => {
            let telemetry = arguments.telemetry.clone();
            process::run("mypage", telemetry, consume::replay(*arguments)).await
        }
    }
}

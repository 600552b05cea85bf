//! The login binary: parses the command line and runs one command.

use std::process::ExitCode;

use chassis::{clock::Clock, process};
use login::{
    app::schema,
    cli::{Cli, Command},
    http,
    server::serve,
};

#[tokio::main]
async fn main() -> ExitCode {
    match chassis::config::parse::<Cli>("login").command {
        Command::Serve(config) => {
            process::run("login", config.telemetry.clone(), serve(config.checked(), Clock::system())).await
        }
        Command::Migrate(arguments) => {
            process::run("login", arguments.telemetry.clone(), async {
                chassis::migrate::run(*arguments, &schema()).await
            })
            .await
        }
        Command::Admin(arguments) => login::admin::run(*arguments).await,
        Command::Openapi => {
            println!("{}", http::api::openapi_json());
            ExitCode::SUCCESS
        }
    }
}

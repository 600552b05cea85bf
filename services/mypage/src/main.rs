//! The mypage binary: parses the command line and runs one command.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use chassis::{clock::Clock, lifecycle::Lifecycle, process};
use mypage::{
    app::{App, schema},
    config::{Cli, Command, Config},
    consume, grpc, http, usecase,
};

#[tokio::main]
async fn main() -> ExitCode {
    match chassis::config::parse::<Cli>("mypage").command {
        Command::Serve(config) => process::run("mypage", config.telemetry.clone(), serve(*config)).await,
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

async fn serve(config: Config) -> Result<(), chassis::Error> {
    let lifecycle = Lifecycle::new(&config.lifecycle);
    let app = App::new(config, Clock::system(), lifecycle.draining())?;
    let (live, swept, db) = (app.clone(), app.clone(), app.db.clone());
    let (relay, consumer) = (app.relay()?, consume::consumer(&app));
    let addresses = &app.config.addresses;
    lifecycle
        .ops(addresses.ops_addr, app.readiness())
        .http(addresses.http_addr, http::router(app.clone()))
        .grpc(addresses.grpc_addr, grpc::routes(app.clone()), grpc::REFLECTION)
        .worker("consumer", |stop| consumer.run(stop))
        .worker("live", move |stop| live.live.clone().run(live.db.app().clone(), stop))
        .worker("sweep", |stop| usecase::sweep::run(swept, stop))
        .relay("relay", |stop| relay.run(stop))
        .on_stopped(async move { db.close().await })
        .run()
        .await
}

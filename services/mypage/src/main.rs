//! The mypage process: configuration, telemetry, app, lifecycle.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use chassis::{clock::Clock, lifecycle::Lifecycle, process};
use mypage::{
    app::{App, schema},
    config::{Cli, Command, Config},
    http::api,
    usecase,
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
            let document = api::document().to_text();
            // Whoever reads may have seen enough before its end.
            if writeln!(io::stdout(), "{document}").is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Command::Replay(arguments) => {
            let telemetry = arguments.telemetry.clone();
            process::run("mypage", telemetry, mypage::app::replay(*arguments)).await
        }
    }
}

async fn serve(config: Config) -> Result<(), chassis::Error> {
    let lifecycle = Lifecycle::new(&config.lifecycle);
    let app = App::new(config, Clock::system(), lifecycle.draining())?;
    let (live, swept, db) = (app.clone(), app.clone(), app.db.clone());
    let (relay, consumer) = (app.relay()?, app.consumer());
    let addresses = &app.config.addresses;
    lifecycle
        .ops(addresses.ops_addr, app.readiness())
        .http(addresses.http_addr, app.router())
        .grpc(addresses.grpc_addr, app.grpc(), mypage::grpc::REFLECTION)
        .worker("consumer", |stop| consumer.run(stop))
        .worker("live", move |stop| live.live.clone().run(live.db.app().clone(), stop))
        .worker("sweep", |stop| usecase::sweep::run(swept, stop))
        .relay("relay", |stop| relay.run(stop))
        .on_stopped(async move { db.close().await })
        .run()
        .await
}

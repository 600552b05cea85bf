//! The ad binary: parses the command line and runs one command.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use ad::{
    admin,
    app::{App, schema},
    cli::{Cli, Command},
    config::Config,
    consume, grpc, http, usecase,
};
use chassis::{Error, clock::Clock, lifecycle::Lifecycle, process};

#[tokio::main]
async fn main() -> ExitCode {
    match chassis::config::parse::<Cli>("ad").command {
        Command::Serve(config) => process::run("ad", config.telemetry.clone(), serve(*config)).await,
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

async fn serve(config: Config) -> Result<(), Error> {
    let lifecycle = Lifecycle::new(&config.lifecycle);
    let app = App::new(config, Clock::system())?;
    let (index, viewers, db) = (app.index.clone(), app.viewers.clone(), app.db.clone());
    let [sweep_app, count_app, usage_app, refusals_app, terms_app, reconcile_app, overspend_app] =
        [(); 7].map(|()| app.clone());
    let (relay, consumer) = (app.relay()?, consume::consumer(&app));
    let addresses = &app.config.addresses;
    lifecycle
        .ops(addresses.ops_addr, app.readiness())
        .http(addresses.http_addr, http::router(app.clone()))
        .grpc(addresses.grpc_addr, grpc::routes(app.clone()), grpc::REFLECTION)
        .worker("index", |stop| index.run(stop))
        .worker("creative counts", |stop| usecase::count_creatives::run(count_app, stop))
        .worker("terms", |stop| usecase::begin_terms::run(terms_app, stop))
        .worker("usage", |stop| usecase::roll_up_usage::run(usage_app, stop))
        .worker("refusals", |stop| usecase::store_refusals::run(refusals_app, stop))
        .worker("reconcile", |stop| usecase::reconcile::run(reconcile_app, stop))
        .worker("overspend", |stop| usecase::measure_overspend::run(overspend_app, stop))
        .worker("viewers", |stop| viewers.run(stop))
        .worker("sweep", |stop| usecase::sweep::run(sweep_app, stop))
        .worker("consumer", |stop| consumer.run(stop))
        .relay("relay", |stop| relay.run(stop))
        .on_stopped(async move { db.close().await })
        .run()
        .await
}

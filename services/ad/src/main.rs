//! ad: chooses ads for people, counts what they saw and followed, and charges advertisers for it.

use std::process::ExitCode;

use ad::app::{App, consumer};
use ad::config::{Cli, Command, Config};
use ad::usecase::sweep;
use chassis::clock::Clock;
use chassis::consumer::ReplayArguments;
use chassis::db::Db;
use chassis::lifecycle::Lifecycle;
use chassis::{Error, process};

#[tokio::main]
async fn main() -> ExitCode {
    match chassis::config::parse::<Cli>("ad").command {
        Command::Serve(config) => process::run("ad", config.telemetry.clone(), serve(*config)).await,
        Command::Migrate(arguments) => {
            process::run("ad", arguments.telemetry.clone(), chassis::migrate::run(*arguments, &ad::schema())).await
        }
        Command::Openapi => {
            println!("{}", ad::http::openapi_json());
            ExitCode::SUCCESS
        }
        Command::Replay(arguments) => process::run("ad", arguments.telemetry.clone(), replay(*arguments)).await,
    }
}

async fn serve(config: Config) -> Result<(), Error> {
    let app = App::new(&config, Clock::system())?;
    let (relay, consumer, index, db) = (app.relay()?, app.consumer(), app.index.clone(), app.db.clone());
    let (swept, clock) = (app.db.clone(), app.clock.clone());
    Lifecycle::new(&config.lifecycle)
        .ops(config.addresses.ops_addr, app.readiness())
        .http(config.addresses.http_addr, app.router())
        .grpc(config.addresses.grpc_addr, app.grpc(), ad::grpc::REFLECTION)
        .worker("index", |stop| index.run(stop))
        .worker("sweep", |stop| sweep::run(swept, clock, stop))
        .worker("consumer", |stop| consumer.run(stop))
        .relay("relay", |stop| relay.run(stop))
        .on_stopped(async move { db.close().await })
        .run()
        .await
}

async fn replay(arguments: ReplayArguments) -> Result<(), Error> {
    let db = Db::connect(&arguments.database)?;
    consumer(&arguments.kafka, db, Clock::system()).replay(arguments.topic.as_deref()).await
}

//! The running process: its listeners and workers.

use chassis::{Error, clock::Clock, lifecycle::Lifecycle};

use crate::{app::App, config::Config, grpc, http, usecase};

/// Serves until the process is told to stop.
pub async fn serve(config: Config, clock: Clock) -> Result<(), Error> {
    let app = App::new(&config, clock)?;
    let relay = app.relay()?;
    let swept = app.clone();
    let keys_of = app.clone();
    let mailed = app.clone();
    Lifecycle::new(&config.lifecycle)
        .ops(config.addresses.ops_addr, app.readiness())
        .http(config.addresses.http_addr, http::router(app.clone()))
        .grpc(config.addresses.grpc_addr, grpc::routes(app.clone()), grpc::REFLECTION)
        .worker("sweep", |stop| usecase::sweep::run(swept, stop))
        .worker("rotate keys", |stop| usecase::rotate_keys::run(keys_of, stop))
        .worker("mail", |stop| usecase::mail_worker::run(mailed, stop))
        .relay("relay", |stop| async move { relay.run(stop).await })
        .on_stopped(app.close())
        .run()
        .await
}

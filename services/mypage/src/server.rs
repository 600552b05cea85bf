//! The running process: its listeners and workers.

use chassis::{Error, clock::Clock, lifecycle::Lifecycle};

use crate::{app::App, config::Config, consume, grpc, http, usecase};

/// Serves until the process is told to stop.
pub async fn serve(config: Config, clock: Clock) -> Result<(), Error> {
    let lifecycle = Lifecycle::new(&config.lifecycle);
    let app = App::new(config, clock, lifecycle.draining())?;
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

//! The running process: its listeners and workers.

use chassis::{Error, clock::Clock, lifecycle::Lifecycle};

use crate::{app::App, config::Config, consume, grpc, http, usecase};

/// Serves until the process is told to stop.
pub async fn serve(config: Config, clock: Clock) -> Result<(), Error> {
    let lifecycle = Lifecycle::new(&config.lifecycle);
    let app = App::new(config, clock)?;
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

//! login's process. See the library for what it is made of.

use std::process::ExitCode;

use chassis::{clock::Clock, lifecycle::Lifecycle, process};
use login::{
    app::{App, openapi, schema},
    config::{Cli, Command, Config},
    usecase,
};

#[tokio::main]
async fn main() -> ExitCode {
    match chassis::config::parse::<Cli>("login").command {
        Command::Serve(config) => process::run("login", config.telemetry.clone(), serve(config.checked())).await,
        Command::Migrate(arguments) => {
            process::run("login", arguments.telemetry.clone(), async {
                chassis::migrate::run(*arguments, &schema()).await
            })
            .await
        }
        Command::Admin(arguments) => login::admin::run(*arguments).await,
        Command::Openapi => {
            println!("{}", openapi());
            ExitCode::SUCCESS
        }
    }
}

async fn serve(config: Config) -> Result<(), chassis::Error> {
    let app = App::new(&config, Clock::system())?;
    let relay = app.relay()?;
    let swept = app.clone();
    let keys_of = app.clone();
    let mailed = app.clone();
    Lifecycle::new(&config.lifecycle)
        .ops(config.addresses.ops_addr, app.readiness())
        .http(config.addresses.http_addr, app.router())
        .grpc(config.addresses.grpc_addr, app.grpc(), login::grpc::REFLECTION)
        .worker("sweep", |stop| usecase::sweep::run(swept, stop))
        .worker("rotate keys", |stop| usecase::rotate_keys::run(keys_of, stop))
        .worker("mail", |stop| usecase::send_mail::run(mailed, stop))
        .relay("relay", |stop| async move { relay.run(stop).await })
        .on_stopped(app.close())
        .run()
        .await
}

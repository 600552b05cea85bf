//! Server processes for empty calls: one as a product serves them, by chassis, and one bare.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use anyhow::{Context, Result};
use chassis::{
    config::{self, LogFormat},
    lifecycle::{Lifecycle, Reflection},
    ops::Readiness,
};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::{Instant, sleep},
};
use tonic::{
    service::Routes,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};

use crate::empty::Handler;

const READY_WITHIN: Duration = Duration::from_secs(20);

/// Answer empty gRPC calls
#[derive(Debug, clap::Args)]
pub(crate) struct Served {
    #[arg(long)]
    port: u16,
    /// Serve without chassis
    #[arg(long)]
    bare: bool,
}

impl Served {
    /// Serves until it is killed.
    pub(crate) async fn run(&self) -> Result<()> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        if self.bare {
            let incoming = TcpIncoming::from(TcpListener::bind(address).await?).with_nodelay(Some(true));
            return Ok(Server::builder().add_service(Handler).serve_with_incoming(incoming).await?);
        }
        let telemetry = config::Telemetry { log_format: LogFormat::Json, otel_exporter_otlp_endpoint: None };
        let _telemetry = chassis::telemetry::start("bench", &telemetry).map_err(anyhow::Error::from_boxed)?;
        let ops = SocketAddr::from(([127, 0, 0, 1], 0));
        let reflection = Reflection { service: "bench.Empty", descriptors: contracts::FILE_DESCRIPTOR_SET };
        Lifecycle::new(&config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 })
            .ops(ops, Readiness::new())
            .grpc(address, Routes::new(Handler), reflection)
            .run()
            .await
            .map_err(anyhow::Error::from_boxed)
    }
}

/// A connection to a server process. Dropping it kills the process.
pub(super) struct Connection {
    pub(super) channel: Channel,
    _process: Child,
}

impl Connection {
    pub(super) async fn start(bare: bool) -> Result<Self> {
        let port = devstack::ports::free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["served", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        if bare {
            command.arg("--bare");
        }
        let process = command.spawn()?;
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?;
        let started = Instant::now();
        loop {
            match endpoint.connect().await {
                Ok(channel) => return Ok(Self { channel, _process: process }),
                Err(error) if started.elapsed() > READY_WITHIN => {
                    return Err(error).context("the server did not start");
                }
                Err(_) => sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

//! A server whose `SelectAds` does nothing: it answers every call with the same response, behind the layers of chassis and the
//! verification of tokens that every product has.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use chassis::{
    auth::{self, Verifier},
    clock::Clock,
    config::{self, LogFormat},
    lifecycle::{Lifecycle, Reflection},
    ops::Readiness,
};
use contracts::ad::v1::{
    SelectAdsRequest, SelectAdsResponse,
    ads_server::{self, Ads, AdsServer},
};
use prost::Message;
use tokio::process::{Child, Command};
use tonic::{Request, Response, Status, service::Routes};

const READY_WITHIN: Duration = Duration::from_secs(20);

/// Answer calls of `SelectAds` with a given response
#[derive(Debug, clap::Args)]
pub(crate) struct SameSize {
    #[arg(long)]
    port: u16,
    /// Issuer of the callers' tokens
    #[arg(long)]
    issuer: String,
    /// File of the encoded response
    #[arg(long)]
    response: PathBuf,
}

impl SameSize {
    /// Serves until it is killed.
    pub(crate) async fn run(&self) -> Result<()> {
        let telemetry = config::Telemetry { log_format: LogFormat::Json, otel_exporter_otlp_endpoint: None };
        let _telemetry = chassis::telemetry::start("bench", &telemetry).map_err(anyhow::Error::from_boxed)?;
        let response = SelectAdsResponse::decode(fs::read(&self.response)?.as_slice())?;
        let issuer = config::Issuer {
            login_public_url: self.issuer.parse().map_err(anyhow::Error::msg)?,
            login_backchannel_url: None,
        };
        let routes = Routes::new(AdsServer::new(Service { response }));
        let routes = auth::protect(routes, Verifier::new(&issuer, Clock::system()));
        let reflection = Reflection { service: ads_server::SERVICE_NAME, descriptors: contracts::FILE_DESCRIPTOR_SET };
        Lifecycle::new(&config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 })
            .ops(SocketAddr::from(([127, 0, 0, 1], 0)), Readiness::new())
            .grpc(SocketAddr::from(([127, 0, 0, 1], self.port)), routes, reflection)
            .run()
            .await
            .map_err(anyhow::Error::from_boxed)
    }
}

struct Service {
    response: SelectAdsResponse,
}

#[tonic::async_trait]
impl Ads for Service {
    async fn select_ads(&self, request: Request<SelectAdsRequest>) -> Result<Response<SelectAdsResponse>, Status> {
        auth::person(&request)?;
        Ok(Response::new(self.response.clone()))
    }
}

/// The server's process. Dropping it kills it.
pub(super) struct Empty {
    pub(super) port: u16,
    pub(super) log: PathBuf,
    process: Child,
}

impl Empty {
    /// Starts a server that answers with `response`.
    pub(super) async fn start(folder: &Path, issuer: &str, response: &SelectAdsResponse) -> Result<Self> {
        let (port, log, file) = (devstack::ports::free_port()?, folder.join("empty.log"), folder.join("response"));
        fs::write(&file, response.encode_to_vec())?;
        let output = File::create(&log)?;
        let process = Command::new(std::env::current_exe()?)
            .args(["same-size", "--port", &port.to_string(), "--issuer", issuer, "--response"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .kill_on_drop(true)
            .spawn()?;
        let started = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if started.elapsed() > READY_WITHIN {
                bail!("the empty server did not start, see {}", log.display());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { port, log, process })
    }

    /// The id of its process.
    pub(super) fn pid(&self) -> Result<u32> {
        self.process.id().context("the empty server has exited")
    }
}

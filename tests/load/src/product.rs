//! A product as a process of its own, with the settings that devstack gives it, on a throw-away Postgres.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use chassis::config::PublicUrl;
use devstack::{
    deployment::Deployment,
    layout::{make_folder, remove_folder, write_private},
    ops::{self, Readiness},
    ports::free_port,
    postgres::provision,
    product::{self, Ports},
    secrets::Secrets,
};
use serde_json::Value;
use tokio::process::{Child, Command};
use url::Url;

const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// Where things are.
#[derive(Debug, clap::Args)]
pub(crate) struct Places {
    /// The repository
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// The folder of the products' programs [default: this program's own]
    #[arg(long)]
    programs: Option<PathBuf>,
    /// A folder for logs and secrets, emptied first
    #[arg(long)]
    folder: PathBuf,
    /// Superuser's address of a Postgres; `devstack stores` sets it
    #[arg(long, env = "TEST_DATABASE_URL", hide_env_values = true)]
    database: Url,
}

/// A running product. It ends with this value.
#[derive(Debug)]
pub(crate) struct Product {
    /// Where people reach it.
    pub(crate) public: PublicUrl,
    /// Its ports on 127.0.0.1.
    pub(crate) ports: Ports,
    /// Superuser's address of its database.
    pub(crate) database: Url,
    _process: Child,
}

impl Product {
    /// Starts it, and waits until it is ready. `clients` go into login's file of first-party clients.
    ///
    /// # Errors
    /// When it does not start; its last lines are in the log that the message names.
    pub(crate) async fn start(name: &str, places: &Places, clients: &Value) -> Result<Self> {
        remove_folder(&places.folder)?;
        make_folder(&places.folder)?;
        let secrets = Secrets::open(&places.folder.join("secrets.json"))?;
        let databases = provision(places.database.as_str(), name, &secrets).await?;
        let broker = support::kafka();
        let deployment = Deployment {
            products: product::load_all(&places.root)?,
            replicas: 1,
            host: None,
            port_offset: 0,
            brokers: broker.kafka_brokers.to_string(),
            secrets,
            clients_file: std::path::absolute(places.folder.join("clients.json"))?,
        };
        write_private(&deployment.clients_file, &serde_json::to_string_pretty(clients)?)?;
        let (deployment, ports) = with_free_ports(deployment, name)?;
        let product = deployment.product(name)?;

        let mut environment = deployment.environment(product, 0, &databases)?;
        environment.push(("TOPIC_PREFIX".to_owned(), broker.topic_prefix));
        let program = program(places, name)?;
        let command = || {
            let mut command = Command::new(&program);
            command.envs(environment.iter().map(|(name, value)| (name, value)));
            command
        };
        let log = places.folder.join(format!("{name}-migrate.log"));
        let mut migrate = command();
        migrate.args(["migrate", "--topics", "assume"]).env("MIGRATE_DATABASE_URL", &databases.owner);
        let migrated = spawn(migrate, &log)?.wait().await?;
        if !migrated.success() {
            bail!("{name} migrate failed ({migrated}): {}", log.display());
        }
        let log = places.folder.join(format!("{name}.log"));
        let mut process = spawn(command(), &log)?;
        ready(&mut process, ports.ops).await.with_context(|| format!("{name} does not start: {}", log.display()))?;

        let mut database = places.database.clone();
        database.set_path(name);
        let public = deployment.public_url(product).parse().map_err(anyhow::Error::msg)?;
        Ok(Self { public, ports, database, _process: process })
    }
}

/// A run must not meet a system that is up.
fn with_free_ports(mut deployment: Deployment, name: &str) -> Result<(Deployment, Ports)> {
    let ports = Ports { http: free_port()?, grpc: free_port()?, ops: free_port()? };
    let product = deployment.products.iter_mut().find(|product| product.name == name);
    product.with_context(|| format!("there is no product `{name}`"))?.ports = ports;
    Ok((deployment, ports))
}

fn program(places: &Places, name: &str) -> Result<PathBuf> {
    let folder = match &places.programs {
        Some(folder) => folder.clone(),
        None => std::env::current_exe()?.parent().context("this program has no folder")?.to_owned(),
    };
    Ok(folder.join(name))
}

fn spawn(mut command: Command, log: &Path) -> Result<Child> {
    let file = File::create(log).with_context(|| log.display().to_string())?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).kill_on_drop(true);
    command.spawn().with_context(|| format!("can't start {}", command.as_std().get_program().display()))
}

async fn ready(process: &mut Child, port: u16) -> Result<()> {
    let (client, started) = (ops::client()?, Instant::now());
    loop {
        if let Some(status) = process.try_wait()? {
            bail!("it stopped ({status})");
        }
        let readiness = ops::readiness(&client, port).await;
        if readiness == Readiness::Ready {
            return Ok(());
        }
        if started.elapsed() > READY_WITHIN {
            bail!("{readiness}");
        }
        tokio::time::sleep(POLL).await;
    }
}

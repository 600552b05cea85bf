//! Runs a product as a process, with devstack's settings, on a throw-away Postgres.

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

/// Input and output folders, and the database server.
#[derive(Debug, clap::Args)]
pub(crate) struct Setup {
    /// The repository
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// The folder of the products' programs [default: this program's own]
    #[arg(long)]
    programs: Option<PathBuf>,
    /// A folder for logs and secrets, emptied first
    #[arg(long)]
    folder: PathBuf,
    /// Superuser URL of a Postgres; `devstack stores` sets it
    #[arg(long, env = "TEST_DATABASE_URL", hide_env_values = true)]
    database: Url,
}

/// A running product. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) public: PublicUrl,
    /// Its ports on 127.0.0.1.
    pub(crate) ports: Ports,
    /// Superuser URL of its database.
    pub(crate) database: Url,
    /// URL of its database for the role of requests.
    pub(crate) app_database: Url,
    pub(crate) log: PathBuf,
    process: Child,
}

impl Product {
    /// Starts the product and waits until it is ready. `clients` is the content of login's file of first-party clients, and
    /// `settings` replace those of devstack.
    ///
    /// # Errors
    /// If the product does not start. The message names its log.
    pub(crate) async fn start(name: &str, setup: &Setup, clients: &Value, settings: &[(&str, String)]) -> Result<Self> {
        remove_folder(&setup.folder)?;
        make_folder(&setup.folder)?;
        let secrets = Secrets::open(&setup.folder.join("secrets.json"))?;
        let databases = provision(setup.database.as_str(), name, &secrets).await?;
        let broker = support::kafka();
        let deployment = Deployment {
            products: product::load_all(&setup.root)?,
            replicas: 1,
            host: None,
            port_offset: 0,
            brokers: broker.kafka_brokers.to_string(),
            secrets,
            clients_file: std::path::absolute(setup.folder.join("clients.json"))?,
        };
        write_private(&deployment.clients_file, &serde_json::to_string_pretty(clients)?)?;
        let (deployment, ports) = with_free_ports(deployment, name)?;
        let product = deployment.product(name)?;

        let mut environment = deployment.environment(product, 0, &databases)?;
        environment.push(("TOPIC_PREFIX".to_owned(), broker.topic_prefix));
        environment.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let program = program(setup, name)?;
        let command = || {
            let mut command = Command::new(&program);
            command.envs(environment.iter().map(|(name, value)| (name, value)));
            command
        };
        let log = setup.folder.join(format!("{name}-migrate.log"));
        let mut migrate = command();
        migrate.args(["migrate", "--topics", "assume"]).env("MIGRATE_DATABASE_URL", &databases.owner);
        let migrated = spawn(migrate, &log)?.wait().await?;
        if !migrated.success() {
            bail!("{name} migrate failed ({migrated}), see {}", log.display());
        }
        let log = setup.folder.join(format!("{name}.log"));
        let mut process = spawn(command(), &log)?;
        ready(&mut process, ports.ops).await.with_context(|| format!("{name} did not start, see {}", log.display()))?;

        let mut database = setup.database.clone();
        database.set_path(name);
        let public = deployment.public_url(product).parse().map_err(anyhow::Error::msg)?;
        let app_database = databases.app.parse()?;
        Ok(Self { public, ports, database, app_database, log, process })
    }

    /// The id of its process.
    ///
    /// # Errors
    /// If the process has exited.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.process.id().context("the product's process has exited")
    }
}

/// Uses free ports, so that a run does not collide with a running system.
fn with_free_ports(mut deployment: Deployment, name: &str) -> Result<(Deployment, Ports)> {
    let ports = Ports { http: free_port()?, grpc: free_port()?, ops: free_port()? };
    let product = deployment.products.iter_mut().find(|product| product.name == name);
    product.with_context(|| format!("no product `{name}` in this repository"))?.ports = ports;
    Ok((deployment, ports))
}

fn program(setup: &Setup, name: &str) -> Result<PathBuf> {
    let folder = match &setup.programs {
        Some(folder) => folder.clone(),
        None => std::env::current_exe()?.parent().context("this program has no folder")?.to_owned(),
    };
    Ok(folder.join(name))
}

fn spawn(mut command: Command, log: &Path) -> Result<Child> {
    let file = File::create(log).with_context(|| log.display().to_string())?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).kill_on_drop(true);
    command.spawn().with_context(|| format!("cannot start {}", command.as_std().get_program().display()))
}

async fn ready(process: &mut Child, port: u16) -> Result<()> {
    let (client, started) = (ops::client()?, Instant::now());
    loop {
        if let Some(status) = process.try_wait()? {
            bail!("its process exited ({status})");
        }
        let readiness = ops::readiness(&client, port).await;
        if readiness == Readiness::Ready {
            return Ok(());
        }
        if started.elapsed() > READY_WITHIN {
            bail!("not ready after {} s: {readiness}", READY_WITHIN.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
}

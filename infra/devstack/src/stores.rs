//! `devstack stores -- COMMAND`: runs a command with a throw-away Postgres and Kafka.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::{
    clients, command,
    deployment::Deployment,
    kafka::{Jars, Java, Node, Proxied},
    layout::{Layout, make_folder, remove_folder},
    ports::free_port,
    postgres::{Binaries, Cluster, close_to_public, provision},
    process::Running,
    product,
    secrets::Secrets,
    state::{Entry, Role, State, StateFile},
};

/// An address without a listener: events wait in the outbox.
const NO_BROKER: &str = "127.0.0.1:1";

/// Running throw-away stores, removed by [`Stores::stop`].
#[derive(Debug)]
pub(crate) struct Stores {
    folder: PathBuf,
    state: StateFile,
    postgres: Running,
    cluster: Cluster,
    kafka: Option<(Node, Running)>,
}

/// Starts the stores, runs the command with their addresses, and stops them. Returns the command's exit code.
///
/// With `alone`, a repository and a product in it, the command also gets the product's environment.
pub async fn run(
    layout: &Layout,
    with_kafka: bool,
    alone: Option<(PathBuf, String)>,
    command: &[OsString],
) -> Result<u8> {
    let started = Instant::now();
    let stores = Stores::start(layout, with_kafka).await?;
    say(&format!("{} in {:.1} s", stores.describe(), started.elapsed().as_secs_f32()));
    let code = async {
        let settings = match alone {
            Some((root, product)) => stores.environment(&root, &product).await?,
            None => vec![],
        };
        stores.run(command, settings).await
    }
    .await;
    stores.stop().await?;
    code
}

/// Stops and removes the stores of killed runs.
pub async fn clean_up(layout: &Layout) -> Result<()> {
    for entry in fs::read_dir(layout.stores()).into_iter().flatten().flatten() {
        let Some(state) = State::read(&entry.path().join("state.json")) else {
            continue;
        };
        if !state.devstack.is_alive() {
            state.end_leftovers().await;
            remove_folder(&entry.path())?;
        }
    }
    Ok(())
}

impl Stores {
    pub(crate) async fn start(layout: &Layout, with_kafka: bool) -> Result<Self> {
        clean_up(layout).await?;
        let folder = layout.stores().join(std::process::id().to_string());
        make_folder(&folder)?;
        let state = StateFile::create(folder.join("state.json"))?;
        let started = tokio::try_join!(
            start_postgres(layout, &folder, &state),
            start_kafka(layout, &folder, &state, with_kafka),
        );
        if started.is_err() {
            state.end_all().await;
            remove_folder(&folder)?;
        }
        let ((cluster, postgres), kafka) = started?;
        Ok(Self { folder, state, postgres, cluster, kafka })
    }

    fn describe(&self) -> String {
        let postgres = format!("PostgreSQL {} on port {}", self.cluster.major(), self.cluster.port());
        match &self.kafka {
            Some((node, _)) => format!("{postgres}, Apache Kafka on {}", node.brokers()),
            None => postgres,
        }
    }

    /// The environment that the product would have in `up`, as its only replica.
    async fn environment(&self, root: &Path, product: &str) -> Result<Vec<(String, String)>> {
        let deployment = Deployment {
            products: product::load_all(root)?,
            replicas: 1,
            host: None,
            port_offset: 0,
            brokers: self.kafka.as_ref().map_or_else(|| NO_BROKER.to_owned(), |(node, _)| node.brokers()),
            secrets: Secrets::open(&self.folder.join("secrets.json"))?,
            clients_file: self.folder.join("clients.json"),
        };
        let product = deployment.product(product)?;
        clients::write(&deployment)?;
        let databases = provision(&self.admin_url(), &product.name, &deployment.secrets).await?;
        let mut settings = deployment.settings_of_a_command(product, databases)?;
        if self.kafka.is_none() {
            settings.push(("MIGRATE_TOPICS".to_owned(), "assume".to_owned()));
        }
        Ok(settings)
    }

    async fn run(&self, command: &[OsString], settings: Vec<(String, String)>) -> Result<u8> {
        let mut child = command::of(command)?;
        child.envs(settings).env("TEST_DATABASE_URL", self.admin_url());
        for unset in ["TEST_KAFKA_BROKERS", "TEST_KAFKA_PROXIED", "TEST_KAFKA_PROXY"] {
            child.env_remove(unset);
        }
        if let Some((node, _)) = &self.kafka {
            child.env("TEST_KAFKA_BROKERS", node.brokers());
            if let Some(Proxied { port, proxy_port }) = node.proxied() {
                child.env("TEST_KAFKA_PROXIED", format!("127.0.0.1:{port}"));
                child.env("TEST_KAFKA_PROXY", format!("127.0.0.1:{proxy_port}"));
            }
        }
        command::run(child).await
    }

    /// Postgres URL of the superuser.
    pub(crate) fn admin_url(&self) -> String {
        self.cluster.url("postgres")
    }

    /// Folder of the stores, removed by [`Self::stop`].
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        let never = CancellationToken::new();
        if let Some((node, mut kafka)) = self.kafka.take() {
            kafka.stop(&never).await;
            node.keep_class_archive()?;
        }
        self.postgres.stop(&never).await;
        self.state.remove()?;
        remove_folder(&self.folder)
    }
}

async fn start_postgres(layout: &Layout, folder: &Path, state: &StateFile) -> Result<(Cluster, Running)> {
    let binaries = Binaries::find_or_fetch(&layout.cache(), None, |line| say(&line)).await?;
    let cluster = Cluster::throw_away(binaries, folder)?;
    cluster.prepare().await?;
    let mut server = cluster.spec().spawn()?;
    state.add(entry("postgres", Role::Postgres, &server, folder))?;
    cluster.wait_ready(&mut server).await?;
    close_to_public(&cluster.url("postgres")).await?;
    Ok((cluster, server))
}

async fn start_kafka(
    layout: &Layout,
    folder: &Path,
    state: &StateFile,
    wanted: bool,
) -> Result<Option<(Node, Running)>> {
    if !wanted {
        return Ok(None);
    }
    let Some(java) = Java::find().filter(|_| Jars::available(&layout.cache())) else {
        say(
            "Apache Kafka is not available (it needs Java 17 or newer, and Maven for the first run): tests that need it are skipped",
        );
        return Ok(None);
    };
    let jars = Jars::cached_or_fetch(&layout.cache(), |line| say(&line)).await?;
    let log = folder.join("kafka.log");
    let ports = (free_port()?, free_port()?);
    let proxied = Proxied { port: free_port()?, proxy_port: free_port()? };
    let node = Node::new(java, &jars, folder.join("kafka"), log, ports)?.with_proxied(proxied);
    node.prepare().await?;
    let mut running = node.spec().spawn()?;
    state.add(entry("kafka", Role::Broker, &running, folder))?;
    node.wait_ready(&mut running).await?;
    Ok(Some((node, running)))
}

fn entry(name: &str, role: Role, running: &Running, folder: &Path) -> Entry {
    Entry {
        name: name.to_owned(),
        role,
        identity: Some(running.identity().clone()),
        ports: Vec::new(),
        log: folder.join(format!("{name}.log")),
        restarts: 0,
        stopped: false,
    }
}

fn say(line: &str) {
    eprintln!("stores: {line}");
}

//! The command line.

use std::{
    env,
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use devstack::{
    advertiser, control, down,
    kubernetes::{self, ClientSecrets},
    layout::Layout,
    logs, memory, product,
    report::say,
    seed, sqlx_prepare, status, stores, topic, up, with,
};

use crate::arguments::{LogsArguments, SeedArguments, UpArguments, ValuesArguments};

/// Runs the whole system on one machine: Postgres, a broker, and every product of the repository, each as a process
#[derive(Debug, Parser)]
#[command(name = "devstack", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    folders: Folders,
    #[command(subcommand)]
    command: Command,
}

/// Folders that most commands need; they are looked up only by a command that needs them.
#[derive(Debug, Args)]
struct Folders {
    /// The repository [default: the closest parent folder with services/ and Cargo.toml]
    #[arg(long, env = "DEVSTACK_ROOT", global = true)]
    root: Option<PathBuf>,
    /// The data folder; nothing is written outside it [default: .data in the repository]
    #[arg(long, env = "DEVSTACK_DATA", global = true)]
    data: Option<PathBuf>,
    /// Folder of fetched programs [default: cache in the data folder]
    #[arg(long, env = "DEVSTACK_CACHE", global = true)]
    cache: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything, and keep it running until Ctrl-C
    ///
    /// Postgres: devstack starts a server with the installed PostgreSQL, or fetches PostgreSQL. It starts no server
    /// when a variable such as LOGIN_DATABASE_URL is set for every product. Each variable is the URL of a role that may
    /// create roles and databases: devstack creates the product's database and its three roles with it. --fresh does
    /// not remove them.
    ///
    /// Broker: the broker in KAFKA_BROKERS if it is set; else Apache Kafka if Java 17 and Maven are installed; else a
    /// broker inside devstack.
    Up(UpArguments),
    /// Stop everything
    Down,
    /// Stop all processes of a product, which stays down until `start`, or until the system is started again
    Stop {
        /// Name of the product
        #[arg(value_name = "PRODUCT")]
        product: String,
    },
    /// Start a stopped product again, and wait until it is ready
    Start {
        /// Name of the product
        #[arg(value_name = "PRODUCT")]
        product: String,
    },
    /// Show the processes and their readiness
    ///
    /// Exit code 0: all are ready. 1: one is not ready or stopped, or a killed run has left processes. 3: nothing is running.
    Status {
        /// Print one line if the system is running, and nothing otherwise
        #[arg(long)]
        brief: bool,
    },
    /// Show logs, sorted by time
    Logs(LogsArguments),
    /// Print a Markdown table of the memory of each process
    Memory,
    /// Create missing demo data through the public APIs and pages of the products, on this machine or a cluster
    Seed(Box<SeedArguments>),
    /// Serve the advertisers' site, to which the ads of the demo data lead; `up` serves it, too
    Advertisers {
        /// Address to listen on
        #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, advertiser::PORT)))]
        address: SocketAddr,
    },
    /// Print the events that a topic holds, one JSON object a line, with the payload by its contract
    Topic {
        /// Name of the topic, such as ad.delivery.v1
        name: String,
        /// Bootstrap addresses of the broker [default: those of the running system, else KAFKA_BROKERS]
        #[arg(long)]
        brokers: Option<String>,
    },
    /// Run a command with the settings of a product of the running system
    ///
    /// The command gets the variables of the product's first replica, MIGRATE_DATABASE_URL, and ADMIN_DATABASE_URL. The
    /// last is the product's database for the superuser; on a given server it is for the role of the given URL. The
    /// folder of the products' programs comes first in PATH. The exit code is the exit code of the command.
    ///
    /// Examples: devstack with login -- login admin --help; devstack with login -- sh -c 'psql "$ADMIN_DATABASE_URL"'
    With {
        /// Name of the product
        #[arg(value_name = "PRODUCT")]
        product: String,
        /// The command and its arguments
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Write the checked queries of each crate into its .sqlx, so that it compiles without a database
    SqlxPrepare {
        /// Change nothing; exit code 1 when one is out of date
        #[arg(long)]
        check: bool,
        /// Crates to prepare [default: all]
        crates: Vec<String>,
    },
    /// Run a command with a throw-away Postgres, and a throw-away Apache Kafka when Java and Maven are installed
    ///
    /// The command gets TEST_DATABASE_URL, the URL of the superuser, and TEST_KAFKA_BROKERS, which is set only with Apache
    /// Kafka. So are TEST_KAFKA_PROXIED, a listener for clients behind a proxy, and TEST_KAFKA_PROXY, the address where the
    /// command runs that proxy. The exit code is the exit code of the command.
    ///
    /// To run one product alone: devstack stores --product login -- sh -c 'cargo run -p login -- migrate && cargo run
    /// -p login'
    Stores {
        /// Also create the product's database, and give the command all of the product's settings
        #[arg(long, value_name = "NAME")]
        product: Option<String>,
        /// Start only Postgres
        #[arg(long)]
        without_kafka: bool,
        /// The command and its arguments
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Print a line for each product: name, HTTP port, variable of its client secret, with tabs between
    Products,
    /// Print the values of a product's chart on a learner's cluster, as JSON with secrets
    Values(ValuesArguments),
    /// Print login's first-party clients on a learner's cluster, as JSON with secrets
    Clients {
        /// Folder of the products' client secrets; missing ones are generated and stored there
        #[arg(long, value_name = "FOLDER")]
        secrets: PathBuf,
    },
}

impl Cli {
    pub(crate) async fn run(self) -> Result<u8> {
        let folders = self.folders;
        match self.command {
            Command::Up(arguments) => up::run(&folders.layout()?, &folders.root()?, arguments.into()).await,
            Command::Down => down::run(&folders.layout()?).await.map(|()| 0),
            Command::Stop { product } => control::stop(&folders.layout()?, &product).await.map(|()| 0),
            Command::Start { product } => control::start(&folders.layout()?, &product).await.map(|()| 0),
            Command::Status { brief: true } => Ok(status::brief(&folders.layout()?)),
            Command::Status { brief: false } => status::run(&folders.layout()?).await,
            Command::Logs(arguments) => logs::run(&folders.layout()?, &arguments.into()).await.map(|()| 0),
            Command::Memory => {
                let layout = folders.layout()?;
                Ok(if memory::table(&layout) { 0 } else { status::run(&layout).await? })
            }
            Command::Seed(arguments) => {
                say(format_args!("demo data {}", seed::anywhere(arguments.addresses()).await?));
                Ok(0)
            }
            Command::Advertisers { address } => advertiser::serve(address).await.map(|()| 0),
            Command::Topic { name, brokers } => topic::print(&folders.layout()?, brokers, &name).map(|()| 0),
            Command::With { product, command } => {
                with::run(&folders.layout()?, &folders.root()?, &product, &command).await
            }
            Command::SqlxPrepare { check, crates } => {
                sqlx_prepare::run(&folders.layout()?, &folders.root()?, check, &crates).await
            }
            Command::Stores { product, without_kafka, command } => {
                let alone = product.map(|product| folders.root().map(|root| (root, product))).transpose()?;
                stores::run(&folders.layout()?, !without_kafka, alone, &command).await
            }
            Command::Products => {
                print!("{}", kubernetes::table(&product::load_all(&folders.root()?)?)?);
                Ok(0)
            }
            Command::Values(arguments) => {
                let products = product::load_all(&folders.root()?)?;
                let (name, image, installation) = arguments.installation();
                let values = kubernetes::values(&products, &name, &image, &installation)?;
                say(serde_json::to_string(&values)?);
                Ok(0)
            }
            Command::Clients { secrets } => {
                let products = product::load_all(&folders.root()?)?;
                let clients = kubernetes::clients(&products, &ClientSecrets::new(secrets))?;
                say(serde_json::to_string(&clients)?);
                Ok(0)
            }
        }
    }
}

impl Folders {
    fn root(&self) -> Result<PathBuf> {
        self.root.clone().map_or_else(find_root, Ok)
    }

    fn layout(&self) -> Result<Layout> {
        let data = self.data.clone().map_or_else(|| self.root().map(|root| root.join(".data")), Ok)?;
        Layout::open(data, self.cache.clone())
    }
}

fn find_root() -> Result<PathBuf> {
    let here = env::current_dir()?;
    let root = here.ancestors().find(|folder| folder.join("services").is_dir() && folder.join("Cargo.toml").is_file());
    root.map(PathBuf::from).context("this folder is not in the repository: change to it, or name it with --root")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;

    const SCRIPT: &str = include_str!("../../../scripts/devstack");
    const OF_ALL: [&str; 4] = ["--root", "--data", "--cache", "--help"];

    /// The options of a command in the script, without and with a value.
    fn in_the_script(command: &str) -> Option<(BTreeSet<String>, BTreeSet<String>)> {
        let (_, rest) = SCRIPT.split_once(&format!("\n    {command})"))?;
        let (case, _) = rest.split_once(";;")?;
        let words = |name: &str| {
            let quoted = case.split_once(&format!("{name}='")).and_then(|(_, rest)| rest.split_once('\''));
            let words = quoted.map_or("", |(words, _)| words).split_whitespace();
            words.filter(|word| word.starts_with("--")).map(str::to_owned).collect()
        };
        Some((words("flags"), words("options")))
    }

    #[test]
    fn the_script_knows_every_option() {
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            let (mut flags, mut options) = (BTreeSet::new(), BTreeSet::new());
            for argument in command.get_arguments() {
                let Some(long) = argument.get_long().map(|long| format!("--{long}")) else { continue };
                if OF_ALL.contains(&long.as_str()) {
                    continue;
                }
                if argument.get_action().takes_values() {
                    options.insert(long)
                } else {
                    flags.insert(long)
                };
            }
            assert_eq!(in_the_script(name), Some((flags, options)), "scripts/devstack, options of {name}");
        }
    }
}

//! The command line.

use std::{env, ffi::OsString, path::PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use devstack::{down, layout::Layout, logs, memory, report, seed, sqlx_prepare, status, stores, topic, up, with};

use crate::arguments::{LogsArguments, SeedArguments, UpArguments};

/// Runs the whole system on one machine: Postgres, a broker, and every product it finds, as processes of their own.
#[derive(Debug, Parser)]
#[command(name = "devstack", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    folders: Folders,
    #[command(subcommand)]
    command: Command,
}

/// Where things are. What needs none of it, as `seed`, runs anywhere.
#[derive(Debug, Args)]
struct Folders {
    /// The repository [default: the folder above this one that holds services/]
    #[arg(long, env = "DEVSTACK_ROOT", global = true)]
    root: Option<PathBuf>,
    /// The data folder: nothing is written outside it [default: .data in the repository]
    #[arg(long, env = "DEVSTACK_DATA", global = true)]
    data: Option<PathBuf>,
    /// Where fetched programs are kept [default: cache in the data folder]
    #[arg(long, env = "DEVSTACK_CACHE", global = true)]
    cache: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything, and keep it running until Ctrl-C
    ///
    /// Postgres: one server of its own, found on the machine or fetched. Where LOGIN_DATABASE_URL and its like are set
    /// for all products, none is started: each is the address of a role that may make roles and databases, and the
    /// product's database and its three roles are made there as they are here; --fresh leaves them alone.
    ///
    /// Broker: KAFKA_BROKERS when set; else Apache Kafka where Java 17 and Maven are; else one in this process.
    Up(UpArguments),
    /// Stop everything
    Down,
    /// Show what runs and how it is; exit code 0 when all is ready, 1 when something is not or a killed run has left
    /// processes, 3 when nothing runs
    Status {
        /// One line if it runs, nothing otherwise
        #[arg(long)]
        brief: bool,
    },
    /// Show logs, in the order of time
    Logs(LogsArguments),
    /// Print a Markdown table of what each process takes
    Memory,
    /// Make the demo data through the public APIs of login and ad, wherever they run; what is there stays as it is
    Seed(Box<SeedArguments>),
    /// Print the events that a topic holds, one JSON object a line
    Topic {
        /// Such as ad.delivery.v1
        name: String,
        /// The broker [default: the one that runs here]
        #[arg(long, env = "KAFKA_BROKERS")]
        brokers: Option<String>,
    },
    /// Run a command with the settings of a product of the system that runs
    ///
    /// They are those of its first replica, MIGRATE_DATABASE_URL, and ADMIN_DATABASE_URL: the product's database for the
    /// superuser, or for the role that made it where the server was given. The programs that run come first in PATH. Its
    /// exit code is this program's.
    ///
    /// Such as: devstack with login -- login admin --help, or devstack with login -- sh -c 'psql "$ADMIN_DATABASE_URL"'
    With {
        /// The product
        #[arg(value_name = "PRODUCT")]
        product: String,
        /// The command and its arguments
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Write down what the compiler must know of each crate's SQL, in its .sqlx
    SqlxPrepare {
        /// Change nothing; exit code 1 when they are not what the code says
        #[arg(long)]
        check: bool,
        /// Only these crates
        crates: Vec<String>,
    },
    /// Run a command with a throw-away Postgres and, where Java and Maven are, a throw-away Apache Kafka
    ///
    /// The command finds them in TEST_DATABASE_URL (a superuser's address) and TEST_KAFKA_BROKERS (set only with a
    /// real Kafka). Its exit code is this program's.
    ///
    /// To run one product alone: devstack stores --product login -- sh -c 'cargo run -p login -- migrate && cargo run
    /// -p login'
    Stores {
        /// Also make the product's databases, and give the command all of its settings
        #[arg(long, value_name = "NAME")]
        product: Option<String>,
        /// Postgres only
        #[arg(long)]
        without_kafka: bool,
        /// The command and its arguments
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
}

impl Cli {
    pub(crate) async fn run(self) -> Result<u8> {
        let folders = self.folders;
        match self.command {
            Command::Up(arguments) => up::run(&folders.layout()?, &folders.root()?, arguments.into()).await,
            Command::Down => down::run(&folders.layout()?).await.map(|()| 0),
            Command::Status { brief: true } => Ok(status::brief(&folders.layout()?)),
            Command::Status { brief: false } => status::run(&folders.layout()?).await,
            Command::Logs(arguments) => logs::run(&folders.layout()?, &arguments.into()).await.map(|()| 0),
            Command::Memory => {
                let layout = folders.layout()?;
                Ok(if memory::table(&layout) { 0 } else { status::run(&layout).await? })
            }
            Command::Seed(arguments) => {
                let (login, ad) = arguments.places();
                report::say(format_args!("demo data {}", seed::anywhere(login, ad).await?));
                Ok(0)
            }
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
    root.map(PathBuf::from).context("this is not in the repository: go there, or name it with --root")
}

//! One Kafka node: its data folder, settings and process.

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
};
use tokio::{net::TcpStream, process::Command};

use super::{jars::Jars, java::Java};
use crate::process::{Running, Spec};

const CLUSTER_ID: &str = "devops-practice-local1";
const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// Settings of a small single node. Topics are created by their writers only, never automatically.
const SETTINGS: &str = "\
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
default.replication.factor=1
min.insync.replicas=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
";

/// A Kafka node on loopback.
#[derive(Debug, Clone)]
pub struct Node {
    java: Java,
    class_path: String,
    archive: PathBuf,
    data: PathBuf,
    log: PathBuf,
    port: u16,
    controller_port: u16,
    proxied: Option<Proxied>,
}

/// A second listener for clients that reach the node through a proxy, so that a test can cut their connections.
#[derive(Debug, Clone, Copy)]
pub struct Proxied {
    /// Port of the listener.
    pub port: u16,
    /// The proxy's port, which the node tells these clients.
    pub proxy_port: u16,
}

impl Node {
    /// Describes a node with its data in `data` and its client and controller `ports`.
    pub fn new(java: Java, jars: &Jars, data: PathBuf, log: PathBuf, ports: (u16, u16)) -> Result<Self> {
        Ok(Self {
            class_path: jars.class_path()?,
            archive: jars.class_archive(&java.version),
            java,
            data,
            log,
            port: ports.0,
            controller_port: ports.1,
            proxied: None,
        })
    }

    /// Adds the listener for clients behind a proxy.
    #[must_use]
    pub fn with_proxied(self, proxied: Proxied) -> Self {
        Self { proxied: Some(proxied), ..self }
    }

    /// The listener for clients behind a proxy, if the node has it.
    #[must_use]
    pub fn proxied(&self) -> Option<Proxied> {
        self.proxied
    }

    /// The ports for clients and for the controller.
    #[must_use]
    pub fn ports(&self) -> (u16, u16) {
        (self.port, self.controller_port)
    }

    /// Bootstrap address for clients.
    #[must_use]
    pub fn brokers(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Writes the settings, and formats the data folder unless it is formatted.
    pub async fn prepare(&self) -> Result<()> {
        fs::create_dir_all(&self.data)?;
        fs::write(self.settings_file(), self.settings())?;
        if self.data.join("log/meta.properties").is_file() {
            return Ok(());
        }
        let output = Command::new(&self.java.program)
            .args(java_options())
            .args(["-cp", &self.class_path, "kafka.tools.StorageTool", "format"])
            .args(["--cluster-id", CLUSTER_ID, "--config"])
            .arg(self.settings_file())
            .output()
            .await
            .context("cannot run Java")?;
        if !output.status.success() {
            bail!("Kafka failed to format its data folder: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// Describes the process of the node.
    #[must_use]
    pub fn spec(&self) -> Spec {
        let mut args: Vec<OsString> = vec!["-Xmx384m".into()];
        args.extend(java_options().iter().map(OsString::from));
        // Compression libraries unpack native code into the temporary folder.
        args.push(format!("-Djava.io.tmpdir={}", self.data.display()).into());
        let archive = if self.archive.exists() {
            format!("-XX:SharedArchiveFile={}", self.archive.display())
        } else {
            format!("-XX:ArchiveClassesAtExit={}", self.new_archive().display())
        };
        args.extend([archive.into(), "-cp".into(), self.class_path.clone().into()]);
        args.extend(["kafka.Kafka".into(), self.settings_file().into()]);
        Spec {
            name: "kafka".to_owned(),
            program: self.java.program.clone(),
            args,
            env: Vec::new(),
            account: None,
            log: self.log.clone(),
            stop_signal: Signal::SIGTERM,
            stop_deadline: Duration::from_secs(30),
        }
    }

    /// Waits until the node answers a client.
    pub async fn wait_ready(&self, node: &mut Running) -> Result<()> {
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_err() {
            if let Some(status) = node.ended() {
                bail!("Kafka exited ({status}); the end of its log:{}", self.spec().last_lines());
            }
            if started.elapsed() > READY_WITHIN {
                bail!("Kafka does not listen on port {} after {} s", self.port, READY_WITHIN.as_secs());
            }
            tokio::time::sleep(POLL).await;
        }
        answers(self.brokers()).await
    }

    /// Moves the class archive, which the first run writes when it stops, into the cache.
    pub fn keep_class_archive(&self) -> Result<()> {
        let new = self.new_archive();
        if new.is_file() {
            fs::rename(&new, &self.archive).context("cannot move the class archive of Kafka into the cache")?;
        }
        Ok(())
    }

    /// Lies in the data folder, so that a half-written archive is removed with the data.
    fn new_archive(&self) -> PathBuf {
        self.data.join("classes.jsa")
    }

    fn settings_file(&self) -> PathBuf {
        self.data.join("server.properties")
    }

    fn settings(&self) -> String {
        let (client, controller) = (self.port, self.controller_port);
        let (listener, advertised) = self.proxied.map_or_else(Default::default, |Proxied { port, proxy_port }| {
            (format!(",PROXIED://127.0.0.1:{port}"), format!(",PROXIED://127.0.0.1:{proxy_port}"))
        });
        format!(
            "{SETTINGS}\
             listeners=PLAINTEXT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}{listener}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{client}{advertised}\n\
             listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT\n\
             controller.quorum.voters=1@127.0.0.1:{controller}\n\
             log.dirs={}\n",
            property(&self.data.join("log"))
        )
    }
}

fn java_options() -> [&'static str; 5] {
    [
        // Performance data would be written to /tmp.
        "-XX:-UsePerfData",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
    ]
}

/// Waits for the cluster's metadata: the listener opens shortly before requests are served.
async fn answers(brokers: String) -> Result<()> {
    tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer =
            ClientConfig::new().set("bootstrap.servers", brokers).set("log_level", "0").create()?;
        consumer.fetch_metadata(None, READY_WITHIN)?;
        anyhow::Ok(())
    })
    .await?
    .context("Kafka does not answer")
}

/// A path as a value of a properties file, which Java reads as Latin-1.
fn property(path: &Path) -> String {
    let mut value = String::new();
    for unit in path.to_string_lossy().encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() && byte != b'\\' => value.push(char::from(byte)),
            _ => write!(value, "\\u{unit:04x}").expect("writing to a String cannot fail"),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_a_properties_file() {
        assert_eq!(property(Path::new("/a b/한\\c")), "/a b/\\ud55c\\u005cc");
    }
}

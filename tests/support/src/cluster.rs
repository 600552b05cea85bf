use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

/// The kubectl context that tests of a cluster run on; `scripts/test cluster` sets it.
const VARIABLE: &str = "CLUSTER_CONTEXT";

/// A Kubernetes cluster, reached by `kubectl` and `helm` as an operator does.
#[derive(Debug, Clone)]
pub struct Cluster {
    context: String,
}

/// A local port that leads to a pod or Service for as long as this value lives.
#[derive(Debug)]
pub struct Forward {
    /// The port on 127.0.0.1.
    pub port: u16,
    _process: Child,
}

/// The cluster to test on. Without one, says loudly that `test` was skipped; the caller returns.
pub fn cluster(test: &str) -> Option<Cluster> {
    let cluster = Cluster::named();
    if cluster.is_none() {
        eprintln!("SKIPPED {test}: needs a cluster, and {VARIABLE} is not set (scripts/test cluster sets it)");
    }
    cluster
}

impl Cluster {
    /// The one that the environment names, for tests that run without one, too.
    pub fn named() -> Option<Self> {
        let context = std::env::var(VARIABLE).ok().filter(|context| !context.is_empty());
        context.map(|context| Self { context })
    }

    /// What `kubectl ARGUMENTS` prints.
    ///
    /// # Errors
    /// What it says when it fails.
    pub async fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        self.kubectl_with(arguments, "").await
    }

    /// As [`Cluster::kubectl`], with something to read on standard input, as for `apply -f -`.
    ///
    /// # Errors
    /// What it says when it fails.
    pub async fn kubectl_with(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        run(Command::new("kubectl").args(["--context", &self.context]).args(arguments), input).await
    }

    /// What `helm ARGUMENTS` prints.
    ///
    /// # Errors
    /// What it says when it fails.
    pub async fn helm(&self, arguments: &[&str]) -> Result<String, String> {
        run(Command::new("helm").args(["--kube-context", &self.context]).args(arguments), "").await
    }

    /// Leads a free local port to `port` of `target`, such as `pod/ad-postgres-0`. It goes past network policies, as the
    /// API server's operators may, and ends with the pod it was opened to.
    ///
    /// # Errors
    /// What kubectl says when it can't.
    pub async fn forward(&self, namespace: &str, target: &str, port: u16) -> Result<Forward, String> {
        self.forward_ports(namespace, target, &format!(":{port}")).await
    }

    /// As [`Cluster::forward`], from the same port here as there: a broker tells its clients where to come back to.
    ///
    /// # Errors
    /// What kubectl says when it can't, such as when someone listens on that port already.
    pub async fn forward_same(&self, namespace: &str, target: &str, port: u16) -> Result<Forward, String> {
        self.forward_ports(namespace, target, &format!("{port}:{port}")).await
    }

    async fn forward_ports(&self, namespace: &str, target: &str, ports: &str) -> Result<Forward, String> {
        let mut process = Command::new("kubectl")
            .args(["--context", &self.context, "--namespace", namespace, "port-forward", target, ports])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("kubectl: {error}"))?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("kubectl has no output")?).lines();
        // Forwarding from 127.0.0.1:40123 -> 5432
        let line = lines.next_line().await.map_err(|error| error.to_string())?.unwrap_or_default();
        let local = line.split(" -> ").next().and_then(|from| from.rsplit(':').next()?.parse().ok());
        let local = local.ok_or_else(|| format!("no port-forward to {target} in {namespace}: {line}"))?;
        // It prints a line a connection; nobody reading them would stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Forward { port: local, _process: process })
    }
}

async fn run(command: &mut Command, input: &str) -> Result<String, String> {
    let said = |error: &std::io::Error| error.to_string();
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| said(&error))?;
    let mut stdin = process.stdin.take().ok_or("no standard input")?;
    let written = async {
        // A command that reads nothing closes its end first.
        let _closed = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
    };
    let (output, ()) = tokio::join!(process.wait_with_output(), written);
    let output = output.map_err(|error| said(&error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout)))
    }
}

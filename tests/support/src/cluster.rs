use std::process::Stdio;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::run_command;

/// The kubectl context of the cluster under test. `scripts/test cluster` sets it.
const VARIABLE: &str = "CLUSTER_CONTEXT";

/// A Kubernetes cluster, controlled with `kubectl` and `helm`.
#[derive(Debug, Clone)]
pub struct Cluster {
    context: String,
}

/// A running port-forward. Dropping it closes the port.
#[derive(Debug)]
pub struct Forward {
    /// Port on 127.0.0.1.
    pub port: u16,
    _process: Child,
}

/// Returns the cluster under test.
///
/// Without one, prints that `test` is skipped and returns `None`; the test then returns.
pub fn cluster(test: &str) -> Option<Cluster> {
    let cluster = Cluster::from_env();
    if cluster.is_none() {
        eprintln!("SKIPPED {test}: needs a cluster, but {VARIABLE} is not set (scripts/test cluster sets it)");
    }
    cluster
}

impl Cluster {
    /// Returns the cluster of the context in `CLUSTER_CONTEXT`, if set.
    pub fn from_env() -> Option<Self> {
        let context = std::env::var(VARIABLE).ok().filter(|context| !context.is_empty());
        context.map(|context| Self { context })
    }

    /// Runs `kubectl` and returns its standard output.
    ///
    /// # Errors
    /// The command's output if it fails.
    pub async fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        self.kubectl_with(arguments, "").await
    }

    /// Runs `kubectl` with `input` on standard input, for commands such as `apply -f -`.
    ///
    /// # Errors
    /// The command's output if it fails.
    pub async fn kubectl_with(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        run_command(Command::new("kubectl").args(["--context", &self.context]).args(arguments), input).await
    }

    /// Runs `helm` and returns its standard output.
    ///
    /// # Errors
    /// The command's output if it fails.
    pub async fn helm(&self, arguments: &[&str]) -> Result<String, String> {
        run_command(Command::new("helm").args(["--kube-context", &self.context]).args(arguments), "").await
    }

    /// Forwards a free local port to `port` of `target`, for example `pod/ad-postgres-0`.
    ///
    /// The traffic bypasses network policies. The forward ends when its pod is deleted.
    ///
    /// # Errors
    /// If kubectl cannot open the port-forward.
    pub async fn forward(&self, namespace: &str, target: &str, port: u16) -> Result<Forward, String> {
        self.forward_ports(namespace, target, &format!(":{port}")).await
    }

    /// Forwards local port `port` to the same port of `target`.
    ///
    /// A broker needs this: it sends its clients to its advertised address.
    ///
    /// # Errors
    /// If kubectl cannot open the port-forward, for example because the port is in use.
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
        let local =
            local.ok_or_else(|| format!("kubectl port-forward to {target} in {namespace} printed no port: {line}"))?;
        // kubectl prints a line per connection. It would block if the pipe were full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Forward { port: local, _process: process })
    }
}

/// Whether a pod, as JSON, has the condition `Ready`.
pub fn is_pod_ready(pod: &Value) -> bool {
    let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    conditions.any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

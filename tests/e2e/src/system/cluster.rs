//! The system that `scripts/cluster up` set up on the cluster of `CLUSTER_CONTEXT`: a release and a namespace per
//! product, both named after it. Public URLs are on localhost; `scripts/cluster` has opened their port-forwards.

use std::time::Duration;

use chassis::config::PublicUrl;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use support::Forward;
use tokio::time::{Instant, sleep};

/// Label selector of the server pods.
const SERVERS: &str = "app.kubernetes.io/component=server";
/// Maximum time until a killed pod is replaced by a ready one.
const BACK_WITHIN: Duration = Duration::from_secs(180);
/// Port of the port-forward to the broker. The broker advertises `127.0.0.1` with this port to such clients.
const BROKER: u16 = 19092;

pub(super) struct Cluster {
    cluster: support::Cluster,
}

impl Cluster {
    pub(super) fn from_env() -> Option<Self> {
        support::Cluster::from_env().map(|cluster| Self { cluster })
    }

    pub(super) fn url(&self, product: &str) -> PublicUrl {
        let product = super::product(product);
        format!("http://localhost:{}", product.ports.http).parse().expect("an address")
    }

    /// Returns the names of the ready pods.
    pub(super) async fn replicas(&self, product: &str) -> Vec<String> {
        let pods = self.get(product, &["pods", "--selector", SERVERS]).await;
        let pods = pods["items"].as_array().expect("a list").iter().filter(|pod| is_ready(pod));
        pods.map(|pod| pod["metadata"]["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// Forwards a port to the pod. The host is localhost, not 127.0.0.1, so that cookies of the public URL are sent.
    pub(super) async fn reach(&self, product: &str, pod: &str) -> (PublicUrl, Forward) {
        let forward = self.forward(product, &format!("pod/{pod}"), 8080).await;
        (format!("http://localhost:{}", forward.port).parse().expect("an address"), forward)
    }

    /// Force-deletes the pod, the closest equivalent of `kill -9`: process 1 of a container cannot be killed from inside.
    ///
    /// The pod leaves its Service at once. Its process gets two seconds until SIGKILL, Kubernetes's minimum, and spends
    /// them in `drain.delaySeconds` without closing anything.
    pub(super) async fn crash(&self, product: &str, pod: &str) {
        let wanted = self.get(product, &["deployment", product]).await["spec"]["replicas"].as_u64().expect("a number");
        let delete = ["delete", "pod", pod, "--namespace", product, "--grace-period=0", "--force"];
        self.cluster.kubectl(&delete).await.expect("killed");
        let started = Instant::now();
        loop {
            // Counts pods: the Deployment's status may be outdated for a moment.
            let ready = self.replicas(product).await;
            if ready.len() as u64 >= wanted && !ready.iter().any(|name| name == pod) {
                // The public port-forward may have led to this pod.
                return support::eventually("the public address", || self.answers(product)).await;
            }
            assert!(started.elapsed() < BACK_WITHIN, "{product}: {wanted} pods wanted, ready: {ready:?}");
            sleep(Duration::from_millis(500)).await;
        }
    }

    async fn answers(&self, product: &str) -> Option<()> {
        let answer = crate::person::clicker().get(self.url(product).as_str()).send().await.ok()?;
        (!answer.status().is_server_error()).then_some(())
    }

    pub(super) async fn postgres(&self, product: &str) -> (PgConnectOptions, Forward) {
        let secret = format!("{product}-postgres");
        let password = ["get", "secret", &secret, "--namespace", product, "--output"];
        let template = "go-template={{ .data.POSTGRES_PASSWORD | base64decode }}";
        let password = self.cluster.kubectl(&[&password[..], &[template]].concat()).await.expect("the password");
        let forward = self.forward(product, &format!("pod/{secret}-0"), 5432).await;
        let options = PgConnectOptions::new().host("127.0.0.1").port(forward.port);
        (options.username("postgres").password(&password).database(product), forward)
    }

    pub(super) async fn broker(&self) -> Result<(String, Forward), String> {
        let pod = ["get", "pod", "kafka-0", "--namespace", "kafka", "--ignore-not-found", "--output=name"];
        if self.cluster.kubectl(&pod).await?.is_empty() {
            return Err("needs the pod kafka-0 of scripts/cluster up with its small Kafka".into());
        }
        let forward = self.cluster.forward_same("kafka", "pod/kafka-0", BROKER).await;
        // Panics instead of skipping: a wrongly skipped check would look like a passed one.
        let forward = forward
            .unwrap_or_else(|why| panic!("cannot forward to the broker, local port {BROKER} must be free: {why}"));
        Ok((format!("127.0.0.1:{BROKER}"), forward))
    }

    /// Returns recent logs of each product's pods. Deleted pods have no logs.
    pub(super) async fn logs(&self) -> Vec<String> {
        let mut logs = vec![];
        for product in super::products() {
            let which = ["logs", "--namespace", &product.name, "--selector", SERVERS];
            let all = ["--since=10m", "--tail=-1", "--ignore-errors"];
            logs.push(self.cluster.kubectl(&[&which[..], &all].concat()).await.expect("the logs"));
        }
        logs
    }

    async fn forward(&self, namespace: &str, target: &str, port: u16) -> Forward {
        self.cluster.forward(namespace, target, port).await.unwrap_or_else(|why| panic!("{target}: {why}"))
    }

    async fn get(&self, namespace: &str, what: &[&str]) -> Value {
        let arguments = [&["get", "--namespace", namespace, "--output=json"], what].concat();
        let json = self.cluster.kubectl(&arguments).await.unwrap_or_else(|why| panic!("{what:?}: {why}"));
        serde_json::from_str(&json).expect("JSON")
    }
}

fn is_ready(pod: &Value) -> bool {
    support::is_pod_ready(pod) && pod["metadata"]["deletionTimestamp"].is_null()
}

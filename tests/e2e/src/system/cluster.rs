//! What `scripts/cluster up` has brought to the cluster that `CLUSTER_CONTEXT` names: a release and a namespace a product,
//! both called like it. People's addresses are those of one machine; `scripts/cluster` keeps them.

use std::time::Duration;

use chassis::config::PublicUrl;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use support::Forward;
use tokio::time::{Instant, sleep};

/// The pods that serve.
const SERVERS: &str = "app.kubernetes.io/component=server";
/// How long a killed pod's successor may take: it is scheduled, starts, and is asked whether it is ready.
const BACK_WITHIN: Duration = Duration::from_secs(180);
/// A port-forward's end there, and the address that the broker tells those who come through it.
const BROKER: u16 = 19092;

pub(super) struct Cluster {
    cluster: support::Cluster,
}

impl Cluster {
    pub(super) fn named() -> Option<Self> {
        support::Cluster::named().map(|cluster| Self { cluster })
    }

    pub(super) fn url(&self, product: &str) -> PublicUrl {
        let product = super::product(product);
        format!("http://localhost:{}", product.ports.http).parse().expect("an address")
    }

    /// The pods that are ready, by their names.
    pub(super) async fn replicas(&self, product: &str) -> Vec<String> {
        let pods = self.get(product, &["pods", "--selector", SERVERS]).await;
        let pods = pods["items"].as_array().expect("a list").iter().filter(|pod| is_ready(pod));
        pods.map(|pod| pod["metadata"]["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// Localhost, not 127.0.0.1: cookies of the public address go along.
    pub(super) async fn reach(&self, product: &str, pod: &str) -> (PublicUrl, Forward) {
        let forward = self.forward(product, &format!("pod/{pod}"), 8080).await;
        (format!("http://localhost:{}", forward.port).parse().expect("an address"), forward)
    }

    /// Nobody can `kill -9` the first process of a container from inside it. This comes nearest: the pod is struck off at
    /// once, and its process has the two seconds until SIGKILL that Kubernetes never goes below. It spends them waiting
    /// for load balancers to notice, as `drain.delaySeconds` says, and puts nothing in order.
    pub(super) async fn crash(&self, product: &str, pod: &str) {
        let wanted = self.get(product, &["deployment", product]).await["spec"]["replicas"].as_u64().expect("a number");
        let delete = ["delete", "pod", pod, "--namespace", product, "--grace-period=0", "--force"];
        self.cluster.kubectl(&delete).await.expect("killed");
        let started = Instant::now();
        loop {
            // Counted by the pods: for a moment, the Deployment's own count is of the time before.
            let ready = self.replicas(product).await;
            if ready.len() as u64 >= wanted && !ready.iter().any(|name| name == pod) {
                // People come through one port-forward, which may have led to this very pod.
                return support::eventually("the public address", || self.answers(product)).await;
            }
            assert!(started.elapsed() < BACK_WITHIN, "{product}: {wanted} wanted, ready are {ready:?}");
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
            return Err("needs the small Kafka of scripts/cluster up, in the pod kafka-0".into());
        }
        let forward = self.cluster.forward_same("kafka", "pod/kafka-0", BROKER).await;
        // A check that is left out by mistake would look like one that was passed.
        let forward = forward.unwrap_or_else(|why| panic!("port {BROKER} must be free for the broker: {why}"));
        Ok((format!("127.0.0.1:{BROKER}"), forward))
    }

    /// What each product's pods have said of late; those that are gone have taken their logs with them.
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
    let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let is_ready = conditions.any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
    is_ready && pod["metadata"]["deletionTimestamp"].is_null()
}

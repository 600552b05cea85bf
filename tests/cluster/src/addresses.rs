//! Resolves destinations to the addresses of pods on the cluster.

use architecture::{GRPC, HTTP, OPS, products};
use support::Cluster;

use crate::network::Destination;

/// Returns IP address and port of a pod of the destination's Service.
///
/// # Panics
/// If the Service has no ready pod.
pub async fn address(cluster: &Cluster, destination: &Destination) -> String {
    let (namespace, service, port) = match destination {
        Destination::Http(it) => (it.clone(), it.clone(), HTTP.to_string()),
        Destination::Grpc(it) => (it.clone(), it.clone(), GRPC.to_string()),
        Destination::Ops(it) => (it.clone(), it.clone(), OPS.to_string()),
        Destination::Postgres(it) => (it.clone(), format!("{it}-postgres"), "5432".into()),
        Destination::Dns => ("kube-system".into(), "kube-dns".into(), "53".into()),
        Destination::Kafka => {
            // kafka.kafka.svc:9092
            let brokers = brokers(cluster).await;
            let (host, port) = brokers.split_once(':').expect("host:port");
            let mut names = host.split('.');
            let mut next = || names.next().expect("a Service and its namespace").to_owned();
            let service = next();
            (next(), service, port.into())
        }
    };
    let label = format!("kubernetes.io/service-name={service}");
    let path = "jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}{.addresses[0]}{\"\\n\"}{end}";
    let slices = ["--namespace", &namespace, "get", "endpointslices", "--selector", &label, "-o", path];
    let output = cluster.kubectl(&slices).await.expect("its pods");
    let pod = output
        .lines()
        .next()
        .unwrap_or_else(|| panic!("{destination}: Service {service} in {namespace} has no ready pod"));
    format!("{pod} {port}")
}

/// Returns the first broker in the products' configuration.
async fn brokers(cluster: &Cluster) -> String {
    let product = &products()[0];
    let get = ["--namespace", product, "get", "configmap", product, "-o", "jsonpath={.data.KAFKA_BROKERS}"];
    let brokers = cluster.kubectl(&get).await.expect("its settings");
    brokers.split(',').next().unwrap_or_default().to_owned()
}

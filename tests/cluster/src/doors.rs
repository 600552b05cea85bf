//! Where the doors are on a cluster that runs.

use architecture::{GRPC, HTTP, OPS, products};
use support::Cluster;

use crate::network::Door;

/// A door's address and port: those of a pod behind its Service.
///
/// # Panics
/// When there is none.
pub async fn address(cluster: &Cluster, door: &Door) -> String {
    let (namespace, service, port) = match door {
        Door::Http(it) => (it.clone(), it.clone(), HTTP.to_string()),
        Door::Grpc(it) => (it.clone(), it.clone(), GRPC.to_string()),
        Door::Ops(it) => (it.clone(), it.clone(), OPS.to_string()),
        Door::Postgres(it) => (it.clone(), format!("{it}-postgres"), "5432".into()),
        Door::Dns => ("kube-system".into(), "kube-dns".into(), "53".into()),
        Door::Kafka => {
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
    let said = cluster.kubectl(&slices).await.expect("its pods");
    let pod =
        said.lines().next().unwrap_or_else(|| panic!("{door}: Service {service} in {namespace} has no ready pod"));
    format!("{pod} {port}")
}

/// The first broker, as the products that run have it.
async fn brokers(cluster: &Cluster) -> String {
    let product = &products()[0];
    let get = ["--namespace", product, "get", "configmap", product, "-o", "jsonpath={.data.KAFKA_BROKERS}"];
    let brokers = cluster.kubectl(&get).await.expect("its settings");
    brokers.split(',').next().unwrap_or_default().to_owned()
}

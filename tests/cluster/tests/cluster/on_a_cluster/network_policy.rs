//! Every identity tries every port: exactly the declared connections succeed.

use std::{collections::BTreeMap, time::Duration};

use architecture::{GRPC, chart, products};
use cluster::{
    addresses::address,
    exclusive::{exclusive, with_cleanup},
    network::{Declared, Destination, Source},
    probe::{MONITORING, OUTSIDE, Probe, probe},
    tool,
};
use futures::future::{join_all, try_join_all};
use support::{Cluster, cluster, within};

/// Maximum time until a policy applies to a new pod.
const SOON: Duration = Duration::from_mins(1);
const IDLE: &str = "exec sleep 3600";

#[tokio::test]
async fn exactly_the_declared_connections_succeed() {
    let Some(cluster) = cluster("network policies") else { return };
    let _guard = exclusive().await;
    with_cleanup(check(&cluster), clean_up(&cluster)).await;
}

async fn check(cluster: &Cluster) {
    let declared = Declared::read();
    clean_up(cluster).await;
    cluster.kubectl(&["create", "namespace", OUTSIDE]).await.expect("a namespace for outsiders");
    for product in products() {
        check_services_skip_unready_pods(cluster, &product).await;
    }
    check_the_probe(cluster).await;

    let mut sources = declared.sources();
    if cluster.kubectl(&["get", "namespace", MONITORING]).await.is_err() {
        tool::print_skipped("connections from monitoring", &format!("the cluster has no namespace {MONITORING}"));
        sources.retain(|source| *source != Source::Monitoring);
    }
    let probes: Vec<Probe> = sources.iter().map(probe).collect();
    let manifests: Vec<String> = probes.iter().map(|probe| probe.manifest(IDLE).to_string()).collect();
    cluster.kubectl_with(&["apply", "-f", "-"], &manifests.join("\n---\n")).await.expect("a pod for each identity");
    join_all(probes.iter().map(|probe| probe.address(cluster))).await;

    let destinations = declared.destinations();
    let addresses = join_all(destinations.iter().map(|destination| address(cluster, destination))).await;
    // A policy applies shortly after a pod has its address.
    let settled = async || {
        let tried = try_join_all(probes.iter().map(|probe| probe.can_connect(cluster, &addresses))).await?;
        let (table, wrong) = compare(&declared, &sources, &destinations, &tried);
        if wrong.is_empty() { Ok(table) } else { Err(format!("\n{}\n{table}", wrong.join("\n"))) }
    };
    let table = within(SOON, "network policies to match product.toml", settled).await;
    println!("{} pairs\n{table}", sources.len() * destinations.len());
}

/// Compares the results with the declarations. Returns a table, and a line per difference.
fn compare(
    declared: &Declared,
    sources: &[Source],
    destinations: &[Destination],
    tried: &[Vec<bool>],
) -> (String, Vec<String>) {
    let heads: String = destinations.iter().map(|destination| format!("{destination:>13}")).collect();
    let (mut table, mut wrong) = (format!("{:<16}{heads}", "from \\ to"), vec![]);
    for (source, tried) in sources.iter().zip(tried) {
        table += &format!("\n{source:<16}");
        for (destination, open) in destinations.iter().zip(tried) {
            let (word, expected) = (if *open { "open" } else { "-" }, declared.allows(source, destination));
            table += &format!("{:>13}", if *open == expected { word.to_owned() } else { format!("{word} WRONG") });
            match (*open, expected) {
                (true, false) => wrong.push(format!("{source} reaches {destination} but must not")),
                (false, true) => wrong.push(format!("{source} must reach {destination} but does not")),
                _ => {}
            }
        }
    }
    (table, wrong)
}

/// Checks the probe itself: a pod is reachable before a product's policies apply to it, and not after.
async fn check_the_probe(cluster: &Cluster) {
    let product = products().into_iter().next().expect("a product");
    let (outsider, server) = (probe(&Source::Outsider), probe(&Source::Impostor(product.clone())));
    let serves = server.manifest(&format!("exec httpd -f -h /tmp -p {GRPC}"));
    let both = format!("{}\n---\n{serves}", outsider.manifest(IDLE));
    cluster.kubectl_with(&["apply", "-f", "-"], &both).await.expect("two pods");
    outsider.address(cluster).await;
    let destination = [format!("{} {GRPC}", server.address(cluster).await)];
    let is = async |wanted: bool| {
        let open = outsider.can_connect(cluster, &destination).await? == [true];
        if open == wanted {
            Ok(())
        } else {
            Err("the connection does not change: does the cluster's network plugin enforce NetworkPolicy?".to_owned())
        }
    };
    within(SOON, "a pod without policies to be reachable", || is(true)).await;
    let (folder, only) = (chart::chart(&product).display().to_string(), "templates/network.yaml");
    let policies = cluster.helm(&["template", &product, &folder, "--show-only", only]).await.expect("policies");
    let apply = ["--namespace", OUTSIDE, "apply", "-f", "-"];
    cluster.kubectl_with(&apply, &policies).await.expect("policies for it");
    within(SOON, "its policies to block it", || is(false)).await;
    let none = ["--namespace", OUTSIDE, "delete", "networkpolicies,pods", "--all"];
    cluster.kubectl(&none).await.expect("the policies and pods are deleted");
}

/// Checks that no Service publishes pods that are not ready: probes have a server's labels and are never ready.
async fn check_services_skip_unready_pods(cluster: &Cluster, product: &str) {
    let path = "jsonpath={.items[*].spec.publishNotReadyAddresses}";
    let output = cluster.kubectl(&["--namespace", product, "get", "services", "-o", path]).await.expect("its Services");
    assert_eq!(output, "", "a Service of {product} publishes pods that are not ready");
}

/// Deletes everything that this test creates.
async fn clean_up(cluster: &Cluster) {
    let mut pods: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Probe { namespace, name, .. } in Declared::read().sources().iter().map(probe) {
        pods.entry(namespace).or_default().push(name);
    }
    pods.remove(OUTSIDE);
    for (namespace, names) in &pods {
        let mut delete = vec!["--namespace", namespace, "delete", "pod", "--ignore-not-found"];
        delete.extend(names.iter().map(String::as_str));
        cluster.kubectl(&delete).await.expect("the pods are deleted");
    }
    cluster.kubectl(&["delete", "namespace", OUTSIDE, "--ignore-not-found"]).await.expect("the namespace is deleted");
}

//! Who must reach something does, and nobody else: every identity tries every port.

use std::{collections::BTreeMap, time::Duration};

use architecture::{GRPC, chart, products};
use cluster::{
    doors::address,
    network::{Declared, Door, Who},
    probe::{ELSEWHERE, MONITORING, Probe, probe},
    tool,
    turn::{afterwards, turn, within},
};
use futures::future::{join_all, try_join_all};
use support::{Cluster, cluster};

/// How long a policy may take to hold for a new pod.
const SOON: Duration = Duration::from_mins(1);
const IDLE: &str = "exec sleep 3600";

#[tokio::test]
async fn connections_come_about_where_they_are_declared_and_nowhere_else() {
    let Some(cluster) = cluster("network policies") else { return };
    let _turn = turn().await;
    afterwards(check(&cluster), leave(&cluster)).await;
}

async fn check(cluster: &Cluster) {
    let declared = Declared::read();
    leave(cluster).await;
    cluster.kubectl(&["create", "namespace", ELSEWHERE]).await.expect("a namespace for strangers");
    for product in products() {
        nobody_sends_requests_to_probes(cluster, &product).await;
    }
    the_probe_can_tell(cluster).await;

    let mut sources = declared.sources();
    if cluster.kubectl(&["get", "namespace", MONITORING]).await.is_err() {
        tool::skipped("metrics from where they are read", &format!("this cluster has no namespace {MONITORING}"));
        sources.retain(|who| *who != Who::Monitoring);
    }
    let probes: Vec<Probe> = sources.iter().map(probe).collect();
    let manifests: Vec<String> = probes.iter().map(|probe| probe.manifest(IDLE).to_string()).collect();
    cluster.kubectl_with(&["apply", "-f", "-"], &manifests.join("\n---\n")).await.expect("a pod for each identity");
    join_all(probes.iter().map(|probe| probe.address(cluster))).await;

    let doors = declared.doors();
    let addresses = join_all(doors.iter().map(|door| address(cluster, door))).await;
    // A policy holds a moment after a pod has its address.
    let settled = async || {
        let tried = try_join_all(probes.iter().map(|probe| probe.tries(cluster, &addresses))).await?;
        let (table, wrong) = compare(&declared, &sources, &doors, &tried);
        if wrong.is_empty() { Ok(table) } else { Err(format!("\n{}\n{table}", wrong.join("\n"))) }
    };
    let table = within(SOON, "network policies that do what product.toml declares", settled).await;
    println!("{} pairs\n{table}", sources.len() * doors.len());
}

/// What came about against what is declared: a table, and a line for each difference.
fn compare(declared: &Declared, sources: &[Who], doors: &[Door], tried: &[Vec<bool>]) -> (String, Vec<String>) {
    let heads: String = doors.iter().map(|door| format!("{door:>13}")).collect();
    let (mut table, mut wrong) = (format!("{:<16}{heads}", "from \\ to"), vec![]);
    for (who, tried) in sources.iter().zip(tried) {
        table += &format!("\n{who:<16}");
        for (door, open) in doors.iter().zip(tried) {
            let (word, expected) = (if *open { "open" } else { "-" }, declared.expects(who, door));
            table += &format!("{:>13}", if *open == expected { word.to_owned() } else { format!("{word} WRONG") });
            match (*open, expected) {
                (true, false) => wrong.push(format!("{who} reaches {door}, and should not")),
                (false, true) => wrong.push(format!("{who} does not reach {door}, and should")),
                _ => {}
            }
        }
    }
    (table, wrong)
}

/// The same pod can be reached before a product's policies hold for it, and can't after.
async fn the_probe_can_tell(cluster: &Cluster) {
    let product = products().into_iter().next().expect("a product");
    let (stranger, server) = (probe(&Who::Stranger), probe(&Who::Impostor(product.clone())));
    let serves = server.manifest(&format!("exec httpd -f -h /tmp -p {GRPC}"));
    let both = format!("{}\n---\n{serves}", stranger.manifest(IDLE));
    cluster.kubectl_with(&["apply", "-f", "-"], &both).await.expect("two pods");
    stranger.address(cluster).await;
    let door = [format!("{} {GRPC}", server.address(cluster).await)];
    let is = async |wanted: bool| {
        let open = stranger.tries(cluster, &door).await? == [true];
        if open == wanted { Ok(()) } else { Err("does this cluster's network enforce NetworkPolicy?".to_owned()) }
    };
    within(SOON, "a pod without policies to be open", || is(true)).await;
    let (folder, only) = (chart::chart(&product).display().to_string(), "templates/network.yaml");
    let policies = cluster.helm(&["template", &product, &folder, "--show-only", only]).await.expect("policies");
    let policies_there = ["--namespace", ELSEWHERE, "apply", "-f", "-"];
    cluster.kubectl_with(&policies_there, &policies).await.expect("policies for it");
    within(SOON, "its policies to close it", || is(false)).await;
    let none = ["--namespace", ELSEWHERE, "delete", "networkpolicies,pods", "--all"];
    cluster.kubectl(&none).await.expect("they can go");
}

/// A probe has a server's labels; it is never ready, and no Service may publish it all the same.
async fn nobody_sends_requests_to_probes(cluster: &Cluster, product: &str) {
    let path = "jsonpath={.items[*].spec.publishNotReadyAddresses}";
    let said = cluster.kubectl(&["--namespace", product, "get", "services", "-o", path]).await.expect("its Services");
    assert_eq!(said, "", "a Service of {product} publishes pods that aren't ready");
}

/// Takes away all that this test has made.
async fn leave(cluster: &Cluster) {
    let mut pods: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Probe { namespace, name, .. } in Declared::read().sources().iter().map(probe) {
        pods.entry(namespace).or_default().push(name);
    }
    pods.remove(ELSEWHERE);
    for (namespace, names) in &pods {
        let mut delete = vec!["--namespace", namespace, "delete", "pod", "--ignore-not-found"];
        delete.extend(names.iter().map(String::as_str));
        cluster.kubectl(&delete).await.expect("its pods can go");
    }
    cluster.kubectl(&["delete", "namespace", ELSEWHERE, "--ignore-not-found"]).await.expect("its namespace can go");
}

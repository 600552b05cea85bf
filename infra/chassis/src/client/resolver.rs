//! Resolves the replicas of a peer and updates the load balancer's list of them.
//!
//! Each host name is resolved to all its addresses every few seconds: a gRPC connection to a ClusterIP would stay on one
//! pod. When a call fails, each address is probed with a TCP connection. An address that refuses is removed until it
//! accepts again. Without a failed call nothing is probed, because servers log silent connections as errors.

use std::{
    collections::{BTreeSet, HashMap},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt, stream};
use tokio::{
    net::{TcpStream, lookup_host},
    sync::{Notify, mpsc::Sender},
    time::{interval, timeout},
};
use tonic::transport::{Endpoint, channel::Change};

use crate::config::Addrs;

const RESOLVE_EVERY: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

type Changes = Sender<Change<SocketAddr, Endpoint>>;

/// Runs until the last clone of the channel is dropped.
pub(super) async fn run(names: Addrs, changes: Changes, suspicion: Arc<Notify>) {
    let mut known: HashMap<String, BTreeSet<SocketAddr>> = HashMap::new();
    let (mut listed, mut dead) = (BTreeSet::new(), BTreeSet::new());
    let mut clock = interval(RESOLVE_EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let suspicious = tokio::select! {
            _ = clock.tick() => false,
            () = suspicion.notified() => true,
            () = changes.closed() => return,
        };
        for name in names.iter() {
            match lookup_host(name).await {
                Ok(addresses) => drop(known.insert(name.to_owned(), addresses.collect())),
                // Keep the addresses of the last successful resolution.
                Err(error) => tracing::debug!(peer = name, %error, "cannot resolve the host name"),
            }
        }
        let all: BTreeSet<SocketAddr> = known.values().flatten().copied().collect();
        let doubted = if suspicious { all.clone() } else { all.intersection(&dead).copied().collect() };
        dead.retain(|address| all.contains(address) && !doubted.contains(address));
        dead.extend(refusing(doubted).await);
        let next = reachable(&all, &dead);
        if update(&changes, &listed, &next).await.is_err() {
            return;
        }
        listed = next;
    }
}

/// Returns the addresses that accept connections. When none does, returns all: calls then fail at once, not at their
/// deadline.
fn reachable(all: &BTreeSet<SocketAddr>, dead: &BTreeSet<SocketAddr>) -> BTreeSet<SocketAddr> {
    let alive: BTreeSet<_> = all.difference(dead).copied().collect();
    if alive.is_empty() { all.clone() } else { alive }
}

async fn refusing(addresses: BTreeSet<SocketAddr>) -> Vec<SocketAddr> {
    let probes = stream::iter(addresses).map(async |address| {
        let accepts = matches!(timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await, Ok(Ok(_)));
        (!accepts).then_some(address)
    });
    probes.buffer_unordered(16).filter_map(async |refused| refused).collect().await
}

/// Sends added and removed addresses to the balancer. Fails when the channel is dropped.
async fn update(changes: &Changes, old: &BTreeSet<SocketAddr>, new: &BTreeSet<SocketAddr>) -> Result<(), ()> {
    for address in new.difference(old) {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))
            .expect("a socket address is a valid URI")
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true);
        changes.send(Change::Insert(*address, endpoint)).await.map_err(drop)?;
    }
    for address in old.difference(new) {
        changes.send(Change::Remove(*address)).await.map_err(drop)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(ports: &[u16]) -> BTreeSet<SocketAddr> {
        ports.iter().map(|port| SocketAddr::from(([127, 0, 0, 1], *port))).collect()
    }

    #[test]
    fn dead_replicas_are_left_out_unless_all_are_dead() {
        assert_eq!(reachable(&addresses(&[1, 2]), &addresses(&[2])), addresses(&[1]));
        assert_eq!(reachable(&addresses(&[1, 2]), &addresses(&[1, 2])), addresses(&[1, 2]));
    }

    #[tokio::test]
    async fn a_replica_that_refuses_leaves_the_list_and_comes_back() {
        let (stays, leaves) = (listen(0).await, listen(0).await);
        let (stays_at, leaves_at) = (at(&stays), at(&leaves));
        let names: Addrs = format!("{stays_at},{leaves_at}").parse().expect("addresses");
        let (changes, mut seen) = tokio::sync::mpsc::channel(8);
        let suspicion = Arc::new(Notify::new());
        let resolver = tokio::spawn(run(names, changes, Arc::clone(&suspicion)));
        let first = [inserted(seen.recv().await), inserted(seen.recv().await)];
        assert_eq!(BTreeSet::from(first), BTreeSet::from([Some(stays_at), Some(leaves_at)]));

        drop(leaves);
        suspicion.notify_one();
        assert!(matches!(seen.recv().await, Some(Change::Remove(address)) if address == leaves_at));

        let _back = listen(leaves_at.port()).await;
        suspicion.notify_one();
        assert_eq!(inserted(seen.recv().await), Some(leaves_at));
        drop(seen);
        resolver.await.expect("ends with the channel");
    }

    async fn listen(port: u16) -> tokio::net::TcpListener {
        tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("a port")
    }

    fn at(listener: &tokio::net::TcpListener) -> SocketAddr {
        listener.local_addr().expect("bound")
    }

    fn inserted(change: Option<Change<SocketAddr, Endpoint>>) -> Option<SocketAddr> {
        change.and_then(|change| if let Change::Insert(address, _) = change { Some(address) } else { None })
    }
}

//! Faults of mypage and ad: a stopped process, and a database that is closed, slow or busy.

use std::time::Duration;

use futures::future::BoxFuture;
use nix::sys::signal::Signal;
use tokio::task::JoinSet;

use crate::{
    faults::{Repair, execute, lock, repair},
    person::access_token,
    system::System,
    traffic::client,
};

/// The clients of [`busy`], and the connections of a pool.
const CLIENTS: usize = 20;

pub fn ad_stopped(system: System) -> BoxFuture<'static, Repair> {
    stopped(system, "ad")
}

pub fn mypage_stopped(system: System) -> BoxFuture<'static, Repair> {
    stopped(system, "mypage")
}

/// Stops a product's process with SIGSTOP.
fn stopped(system: System, product: &'static str) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        system.signal(product, Signal::SIGSTOP);
        repair(async move { system.signal(product, Signal::SIGCONT) })
    })
}

/// Stops ad's process for half of the time, for less than the deadline of a call.
pub fn ad_stutters(system: System) -> BoxFuture<'static, Repair> {
    const HALF: Duration = Duration::from_millis(120);
    Box::pin(async move {
        let mut work = JoinSet::new();
        let stopped = system.clone();
        work.spawn(async move {
            loop {
                stopped.signal("ad", Signal::SIGSTOP);
                tokio::time::sleep(HALF).await;
                stopped.signal("ad", Signal::SIGCONT);
                tokio::time::sleep(HALF).await;
            }
        });
        repair(async move {
            work.shutdown().await;
            system.signal("ad", Signal::SIGCONT);
        })
    })
}

/// Somebody guesses links of ads.
pub fn links_forged(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut work = JoinSet::new();
        work.spawn(async move {
            let (url, client) = (system.url("ad", "/c/forged"), client());
            loop {
                let _ = client.get(&url).send().await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        repair(async move { work.shutdown().await })
    })
}

pub fn ad_database_closed(system: System) -> BoxFuture<'static, Repair> {
    closed(system, "ad")
}

pub fn mypage_database_closed(system: System) -> BoxFuture<'static, Repair> {
    closed(system, "mypage")
}

/// Closes a product's database for new connections and ends the open ones.
fn closed(system: System, product: &'static str) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut postgres = system.postgres("postgres").await;
        execute(&mut postgres, &format!("ALTER DATABASE {product} ALLOW_CONNECTIONS false")).await;
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{product}'");
        execute(&mut postgres, &end).await;
        repair(async move {
            execute(&mut postgres, &format!("ALTER DATABASE {product} ALLOW_CONNECTIONS true")).await;
        })
    })
}

/// Long transactions lock the table that every click reads.
pub fn clicks_slow(system: System) -> BoxFuture<'static, Repair> {
    slow(system, "ad", "campaign", 300)
}

/// Long transactions lock the table that every page reads.
pub fn pages_slow(system: System) -> BoxFuture<'static, Repair> {
    slow(system, "mypage", "profile", 1500)
}

fn slow(system: System, product: &'static str, table: &'static str, milliseconds: u64) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut locks = JoinSet::new();
        let mut connection = system.postgres(product).await;
        locks.spawn(async move {
            loop {
                lock(&mut connection, table, Duration::from_millis(milliseconds)).await;
            }
        });
        repair(async move { locks.shutdown().await })
    })
}

/// One transaction locks the campaigns for almost as long as a request waits for a connection, and many clients list them.
pub fn ad_busy(system: System) -> BoxFuture<'static, Repair> {
    busy(system, "ad", "campaign", "/v1/campaigns")
}

/// The same with the profiles of mypage.
pub fn mypage_busy(system: System) -> BoxFuture<'static, Repair> {
    busy(system, "mypage", "profile", "/v1/me")
}

fn busy(system: System, product: &'static str, table: &'static str, path: &'static str) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let token = access_token(&system).await.expect("login answers");
        let mut work = JoinSet::new();
        let mut connection = system.postgres(product).await;
        work.spawn(async move {
            loop {
                lock(&mut connection, table, Duration::from_secs(4)).await;
            }
        });
        for _ in 0..CLIENTS {
            let (url, client, token) = (system.url(product, path), client(), token.clone());
            work.spawn(async move {
                loop {
                    let _ = client.get(&url).bearer_auth(&token).send().await;
                }
            });
        }
        repair(async move { work.shutdown().await })
    })
}

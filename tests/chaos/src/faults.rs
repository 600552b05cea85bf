//! Faults. Each function causes one fault and returns its repair.

use std::time::Duration;

use devstack::topic;
use futures::future::BoxFuture;
use nix::sys::signal::Signal;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

use crate::{
    person::send,
    system::System,
    traffic::{client, sign_in_unknown},
};

const PRODUCTS: [&str; 3] = ["login", "mypage", "ad"];

/// Undoes a fault.
#[must_use]
pub struct Repair(BoxFuture<'static, ()>);

impl Repair {
    pub async fn run(self) {
        self.0.await;
    }
}

/// Starts a fault.
pub type Fault = fn(System) -> BoxFuture<'static, Repair>;

/// Closes login's database for new connections and ends the open ones.
pub fn database_closed(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        execute(&mut system.postgres("postgres").await, "ALTER DATABASE login ALLOW_CONNECTIONS false").await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'login'";
        execute(&mut system.postgres("postgres").await, end).await;
        repair(async move {
            execute(&mut system.postgres("postgres").await, "ALTER DATABASE login ALLOW_CONNECTIONS true").await;
        })
    })
}

/// Long transactions lock the tables of sign-ins, codes and sessions.
pub fn database_slow(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut locks = JoinSet::new();
        for (table, milliseconds) in [("sign_in_attempt", 1500), ("token_directory", 600), ("session", 600)] {
            let mut connection = system.postgres("login").await;
            locks.spawn(async move {
                loop {
                    lock(&mut connection, table, Duration::from_millis(milliseconds)).await;
                }
            });
        }
        repair(async move { locks.shutdown().await })
    })
}

/// One transaction locks the table that every password reset writes to, for almost as long as a request waits for a
/// connection. Sign-ins do not use that table: they leave half of the connections to other requests.
pub fn table_locked(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut work = JoinSet::new();
        let mut connection = system.postgres("login").await;
        work.spawn(async move {
            loop {
                lock(&mut connection, "mail_request", Duration::from_secs(4)).await;
            }
        });
        for _ in 0..20 {
            let (system, client) = (system.clone(), client());
            work.spawn(async move {
                loop {
                    send(&system, &client, "/forgot-password", &[("email", "nobody@example.org")]).await;
                }
            });
        }
        repair(async move { work.shutdown().await })
    })
}

/// Stops login's process with SIGSTOP.
pub fn login_stopped(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        system.signal("login", Signal::SIGSTOP);
        repair(async move { system.signal("login", Signal::SIGCONT) })
    })
}

/// More concurrent sign-ins than hashing workers, but fewer than places in the queue.
pub fn many_sign_ins(system: System) -> BoxFuture<'static, Repair> {
    storm(system, 40)
}

/// More concurrent sign-ins than places in the queue.
pub fn too_many_sign_ins(system: System) -> BoxFuture<'static, Repair> {
    storm(system, 120)
}

fn storm(system: System, people: usize) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut work = JoinSet::new();
        sign_in_concurrently(&mut work, &system, people);
        repair(async move { work.shutdown().await })
    })
}

/// Publishes a state of each product again, with a time of 6 minutes ago to save waiting. Its readers ignore it.
const OLD_EVENT: &str = "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
    SELECT gen_random_uuid(), tenant_id, topic, key, type, now() - interval '6 minutes', payload
    FROM outbox WHERE topic IN ('login.tenant.v1', 'mypage.preferences.v1', 'ad.campaign.v1') AND payload IS NOT NULL
    ORDER BY seq LIMIT 1";

/// Stops the broker while each product has an event to publish.
pub fn broker_stopped(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        system.signal("kafka", Signal::SIGSTOP);
        for product in PRODUCTS {
            execute(&mut system.postgres(product).await, OLD_EVENT).await;
        }
        repair(async move { system.signal("kafka", Signal::SIGCONT) })
    })
}

/// Locks the inboxes of mypage and ad, so that they handle no event, and makes login publish an old one. Every 20 seconds
/// the waiting events are handled, late.
pub fn inboxes_locked(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let mut locks = JoinSet::new();
        for product in ["mypage", "ad"] {
            let mut connection = system.postgres(product).await;
            locks.spawn(async move {
                loop {
                    lock(&mut connection, "inbox", Duration::from_secs(20)).await;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
        }
        execute(&mut system.postgres("login").await, OLD_EVENT).await;
        repair(async move { locks.shutdown().await })
    })
}

/// Makes login publish an event that its consumers cannot decode.
pub fn bad_event(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let event = "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
            SELECT gen_random_uuid(), tenant_id, topic, key, type, now(), decode('ffffff', 'hex')
            FROM outbox WHERE topic = 'login.user.v1' ORDER BY seq LIMIT 1";
        execute(&mut system.postgres("login").await, event).await;
        // Dead letters need no repair: the alert resolves after 15 minutes without new ones.
        repair(async {})
    })
}

/// Deletes the dead-letter topics of login's consumers, and makes login publish an event that they cannot decode.
pub fn dead_letter_topics_deleted(system: System) -> BoxFuture<'static, Repair> {
    const TOPICS: [&str; 2] = ["mypage.login.user.v1.dlq", "ad.login.user.v1.dlq"];
    Box::pin(async move {
        let brokers = system.brokers();
        for topic in TOPICS {
            topic::delete(&brokers, topic).await.expect("deleted");
        }
        let bad = bad_event(system).await;
        repair(async move {
            for topic in TOPICS {
                topic::create(&brokers, topic).await.expect("created");
            }
            bad.run().await;
        })
    })
}

/// Makes each product publish an event that is too large for the broker.
pub fn events_too_large(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let event = "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
            SELECT gen_random_uuid(), tenant_id, topic, key, type, now(), decode(repeat('ff', 1100000), 'hex')
            FROM outbox WHERE topic IN ('login.user.v1', 'mypage.preferences.v1', 'ad.campaign.v1') ORDER BY seq LIMIT 1";
        for product in PRODUCTS {
            execute(&mut system.postgres(product).await, event).await;
        }
        repair(async move {
            let remove = "DELETE FROM outbox WHERE octet_length(payload) = 1100000";
            for product in PRODUCTS {
                execute(&mut system.postgres(product).await, remove).await;
            }
        })
    })
}

/// A queued e-mail that is due late, as when the mail server accepts none.
pub fn mail_waits(system: System) -> BoxFuture<'static, Repair> {
    mail(system, "queued")
}

/// An e-mail that failed after all retries.
pub fn mail_given_up(system: System) -> BoxFuture<'static, Repair> {
    mail(system, "failed")
}

fn mail(system: System, state: &'static str) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let insert = match state {
            "queued" => {
                "INSERT INTO mail (mail_id, recipient_hash, sealed, state, next_try_at, created_at)
                 VALUES (gen_random_uuid(), 'chaos', 'chaos', 'queued', now() + interval '1 hour', now() - interval '11 minutes')"
            }
            _ => {
                "INSERT INTO mail (mail_id, recipient_hash, sealed, state, next_try_at, created_at, done_at)
                 VALUES (gen_random_uuid(), 'chaos', 'chaos', 'failed', now(), now(), now())"
            }
        };
        execute(&mut system.postgres("login").await, insert).await;
        repair(async move {
            execute(&mut system.postgres("login").await, "DELETE FROM mail WHERE recipient_hash = 'chaos'").await;
        })
    })
}

/// Makes the signing keys 32 days old, as if their rotation had failed.
pub fn old_keys(system: System) -> BoxFuture<'static, Repair> {
    Box::pin(async move {
        let older = "UPDATE signing_key SET signs_from = coalesce(signs_from, created_at) - interval '32 days'
            WHERE coalesce(signs_from, created_at) <= now()";
        execute(&mut system.postgres("login").await, older).await;
        repair(async move {
            let younger = "UPDATE signing_key SET signs_from = signs_from + interval '32 days'
                WHERE signs_from < now() - interval '31 days'";
            execute(&mut system.postgres("login").await, younger).await;
        })
    })
}

pub(crate) fn repair(future: impl Future<Output = ()> + Send + 'static) -> Repair {
    Repair(Box::pin(future))
}

/// Signs in concurrently with unknown e-mail addresses, from `people` source addresses, without a pause between tries.
fn sign_in_concurrently(work: &mut JoinSet<()>, system: &System, people: usize) {
    for _ in 0..people {
        let (system, client) = (system.clone(), client());
        work.spawn(async move {
            loop {
                // A refused client retries after a pause.
                if sign_in_unknown(&system, &client).await != Some(401) {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        });
    }
}

pub(crate) async fn lock(connection: &mut PgConnection, table: &'static str, duration: Duration) {
    let mut transaction = connection.begin().await.expect("a transaction");
    let statement = format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *transaction).await.expect("the lock");
    tokio::time::sleep(duration).await;
    transaction.rollback().await.expect("the end");
}

pub(crate) async fn execute(connection: &mut PgConnection, statement: &str) {
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

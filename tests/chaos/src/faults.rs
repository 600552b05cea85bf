//! What breaks. Each function breaks one thing, and gives back what mends it.

use std::time::Duration;

use futures::future::BoxFuture;
use nix::sys::signal::Signal;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

use crate::{
    person::send,
    system::System,
    traffic::{client, stranger},
};

/// How to mend what was broken.
#[must_use]
pub struct Mend(BoxFuture<'static, ()>);

impl Mend {
    /// Mends it.
    pub async fn mend(self) {
        self.0.await;
    }
}

/// What it takes to break something.
pub type Break = fn(System) -> BoxFuture<'static, Mend>;

/// login's database lets nobody in.
pub fn database_closed(system: System) -> BoxFuture<'static, Mend> {
    Box::pin(async move {
        execute(&mut system.postgres("postgres").await, "ALTER DATABASE login ALLOW_CONNECTIONS false").await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'login'";
        execute(&mut system.postgres("postgres").await, end).await;
        mend(async move {
            execute(&mut system.postgres("postgres").await, "ALTER DATABASE login ALLOW_CONNECTIONS true").await;
        })
    })
}

/// Somebody's long transactions keep the tables that sign-ins, codes and sessions are in.
pub fn database_slow(system: System) -> BoxFuture<'static, Mend> {
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
        mend(async move { locks.shutdown().await })
    })
}

/// One transaction keeps a table that every forgotten password is written to, for nearly as long as a request waits for a
/// connection. Not one that sign-ins need: they leave half of the connections to others.
pub fn table_locked(system: System) -> BoxFuture<'static, Mend> {
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
        mend(async move { work.shutdown().await })
    })
}

/// login hangs.
pub fn login_stopped(system: System) -> BoxFuture<'static, Mend> {
    Box::pin(async move {
        system.signal("login", Signal::SIGSTOP);
        mend(async move { system.signal("login", Signal::SIGCONT) })
    })
}

/// More people sign in at once than can be hashed, yet all find a place in the queue.
pub fn many_sign_ins(system: System) -> BoxFuture<'static, Mend> {
    storm(system, 40)
}

/// More people sign in at once than there are places.
pub fn too_many_sign_ins(system: System) -> BoxFuture<'static, Mend> {
    storm(system, 120)
}

fn storm(system: System, people: usize) -> BoxFuture<'static, Mend> {
    Box::pin(async move {
        let mut work = JoinSet::new();
        crowd(&mut work, &system, people);
        mend(async move { work.shutdown().await })
    })
}

/// The broker hangs while there are events to publish. They are made 6 minutes older than they are: nobody waits for that here.
pub fn broker_stopped(system: System) -> BoxFuture<'static, Mend> {
    Box::pin(async move {
        system.signal("kafka", Signal::SIGSTOP);
        let event = "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
            SELECT gen_random_uuid(), tenant_id, topic, key, type, now() - interval '6 minutes', payload
            FROM outbox WHERE topic = 'login.tenant.v1' ORDER BY seq LIMIT 1";
        execute(&mut system.postgres("login").await, event).await;
        mend(async move { system.signal("kafka", Signal::SIGCONT) })
    })
}

/// login publishes what its readers can't read.
pub fn bad_event(system: System) -> BoxFuture<'static, Mend> {
    Box::pin(async move {
        let event = "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
            SELECT gen_random_uuid(), tenant_id, topic, key, type, now(), decode('ffffff', 'hex')
            FROM outbox WHERE topic = 'login.user.v1' ORDER BY seq LIMIT 1";
        execute(&mut system.postgres("login").await, event).await;
        // Put away is put away: the alert ends by itself.
        mend(async {})
    })
}

/// A mail as a server that takes none leaves it: it waits.
pub fn mail_waits(system: System) -> BoxFuture<'static, Mend> {
    mail(system, "queued")
}

/// A mail that was given up after all tries.
pub fn mail_given_up(system: System) -> BoxFuture<'static, Mend> {
    mail(system, "failed")
}

fn mail(system: System, state: &'static str) -> BoxFuture<'static, Mend> {
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
        mend(async move {
            execute(&mut system.postgres("login").await, "DELETE FROM mail WHERE recipient_hash = 'chaos'").await;
        })
    })
}

/// The keys that sign have signed for 32 days: whoever rotates them has slept.
pub fn old_keys(system: System) -> BoxFuture<'static, Mend> {
    Box::pin(async move {
        let older = "UPDATE signing_key SET signs_from = coalesce(signs_from, created_at) - interval '32 days'
            WHERE coalesce(signs_from, created_at) <= now()";
        execute(&mut system.postgres("login").await, older).await;
        mend(async move {
            let younger = "UPDATE signing_key SET signs_from = signs_from + interval '32 days'
                WHERE signs_from < now() - interval '31 days'";
            execute(&mut system.postgres("login").await, younger).await;
        })
    })
}

fn mend(how: impl Future<Output = ()> + Send + 'static) -> Mend {
    Mend(Box::pin(how))
}

/// So many strangers, each from elsewhere, trying again as soon as there is an answer.
fn crowd(work: &mut JoinSet<()>, system: &System, people: usize) {
    for _ in 0..people {
        let (system, client) = (system.clone(), client());
        work.spawn(async move {
            loop {
                // Who is turned away comes back after a while, as people do.
                if stranger(&system, &client).await != Some(401) {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        });
    }
}

async fn lock(connection: &mut PgConnection, table: &'static str, how_long: Duration) {
    let mut transaction = connection.begin().await.expect("a transaction");
    let statement = format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *transaction).await.expect("the lock");
    tokio::time::sleep(how_long).await;
    transaction.rollback().await.expect("the end");
}

async fn execute(connection: &mut PgConnection, statement: &'static str) {
    sqlx::query(statement).execute(connection).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

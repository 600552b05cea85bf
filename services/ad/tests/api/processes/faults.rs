//! Kills processes, and ends connections to Postgres and Kafka. Faults keep step with the answers to browsers, so that a slow
//! machine is not stopped by them.

use std::sync::Arc;

use sqlx::PgPool;
use support::Proxy;
use tokio::{sync::watch, task::JoinHandle};

use super::replica::Replica;
use crate::dice::{Dice, end_a_connection};

/// Answers between two faults of a kind.
const KILL_AFTER: usize = 30;
const END_AFTER: usize = 4;
const CUT_AFTER: usize = 8;

/// How often each fault happened.
#[derive(Debug)]
pub(super) struct Number {
    pub(super) kills: usize,
    pub(super) sessions: i64,
    pub(super) broker_connections: usize,
}

/// Faults that go on until [`Faults::end`].
pub(super) struct Faults {
    stop: watch::Sender<bool>,
    kills: JoinHandle<(Vec<Replica>, usize)>,
    sessions: JoinHandle<i64>,
    broker_connections: JoinHandle<usize>,
}

/// Waits for the answers before the next fault. Returns `false` when there shall be none.
#[derive(Clone)]
struct Pace {
    answers: watch::Receiver<usize>,
    stop: watch::Receiver<bool>,
}

impl Pace {
    async fn next(&mut self, after: usize) -> bool {
        let enough = *self.answers.borrow() + after;
        tokio::select! {
            _ = self.stop.wait_for(|stop| *stop) => false,
            waited = self.answers.wait_for(|answers| *answers >= enough) => waited.is_ok(),
        }
    }
}

impl Faults {
    pub(super) fn start(
        mut replicas: Vec<Replica>,
        shift: chrono::Duration,
        proxy: Arc<Proxy>,
        superuser: PgPool,
        (answers, mut dice): (watch::Receiver<usize>, Dice),
    ) -> Self {
        let stop = watch::Sender::new(false);
        let pace = Pace { answers, stop: stop.subscribe() };
        let [mut killing, mut ending, mut cutting] = [(); 3].map(|()| pace.clone());
        let kills = tokio::spawn(async move {
            let mut kills = 0;
            while killing.next(KILL_AFTER).await {
                let replica = dice.roll(replicas.len());
                replicas[replica].kill_and_restart(shift).await;
                kills += 1;
            }
            (replicas, kills)
        });
        let sessions = tokio::spawn(async move {
            let mut ended = 0;
            while ending.next(END_AFTER).await {
                ended += end_a_connection(&superuser).await;
            }
            ended
        });
        let broker_connections = tokio::spawn(async move {
            let mut cut = 0;
            while cutting.next(CUT_AFTER).await {
                cut += proxy.cut();
            }
            cut
        });
        Self { stop, kills, sessions, broker_connections }
    }

    /// Ends the faults. Returns the replicas, which are ready.
    pub(super) async fn end(self) -> (Vec<Replica>, Number) {
        self.stop.send_replace(true);
        let (replicas, kills) = self.kills.await.expect("killed");
        let sessions = self.sessions.await.expect("ended");
        let broker_connections = self.broker_connections.await.expect("cut");
        (replicas, Number { kills, sessions, broker_connections })
    }
}

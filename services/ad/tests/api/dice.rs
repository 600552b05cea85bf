//! Chance, for tests of faults.

use sqlx::PgPool;

/// A pseudo-random sequence, so that a failed run can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.roll(at + 1));
        }
    }
}

/// Ends one connection of the product to Postgres. Returns how many it ended.
pub(crate) async fn end_a_connection(superuser: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM (
             SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename IN ('ad_app', 'ad_worker')
             ORDER BY random() LIMIT 1) AS chosen",
    )
    .fetch_one(superuser)
    .await
    .expect("the superuser's connection stays")
}

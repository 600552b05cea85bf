//! The rollout proof: upgrades, rollbacks, evictions and deletions under load.
//!
//! The tests in [`on_a_cluster`] need a cluster with the products. The other tests need none.

mod builds;
mod chart;
mod comparison;
mod images;
mod next;
mod on_a_cluster;
mod phases;
mod pod;
mod product;
mod report;
mod setup;
mod sparkline;
mod wait;

//! The rollout proof: what a client notices while the products are upgraded, rolled back, drained and deleted under load.
//!
//! The tests in [`on_a_cluster`] need a cluster with the products on it. What stands beside them is tested without one.

mod books;
mod builds;
mod chart;
mod images;
mod next;
mod on_a_cluster;
mod phases;
mod pod;
mod product;
mod report;
mod spark;
mod stage;
mod wait;

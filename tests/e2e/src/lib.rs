//! The whole system, as a person and as an operator meets it.
//!
//! The tests run on what `scripts/up --detach` started in the data folder `DEVSTACK_DATA` (`scripts/test e2e` does both),
//! or on what `scripts/cluster up` brought to the cluster that `CLUSTER_CONTEXT` names (`scripts/test cluster`).
//! They come in as people do, through pages and public addresses; what they check afterwards they read from the stores.

pub mod browser;
pub mod ledger;
pub mod logs;
pub mod person;
pub mod system;

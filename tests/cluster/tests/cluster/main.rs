//! What holds on a cluster, and of manifests without one.

mod manifests;

/// Needs a cluster that is up: `scripts/test code` leaves these tests out by this name, `scripts/test cluster` runs them.
mod on_a_cluster {
    mod autoscaling;
    mod manifests;
    mod network_policy;
    mod upgrade;
}

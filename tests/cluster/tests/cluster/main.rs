//! Tests of the charts: on a cluster, and of their manifests without one.

mod manifests;

/// Needs a cluster: `scripts/test code` skips these tests by the module's name, `scripts/test cluster` runs them.
mod on_a_cluster {
    mod autoscaling;
    mod manifests;
    mod network_policy;
    mod upgrade;
}

//! Tests on a cluster: an API server accepts the manifests, network policies allow exactly the declared connections, and
//! scaling and upgrades lose no request. `scripts/test cluster` runs them on the releases of `scripts/cluster up`, each in a
//! namespace named after its product.
//!
//! Inputs are derived: products from the folders, connections from each `product.toml`, combinations of values from
//! [`switches::SWITCHES`]. To cover another value of the charts, add a switch.

pub mod addresses;
pub mod clients;
pub mod exclusive;
pub mod manifests;
pub mod network;
pub mod pod_security;
pub mod probe;
pub mod release;
pub mod switches;
pub mod tool;

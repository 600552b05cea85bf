//! What holds on a cluster: manifests that a real API server takes, network policies that let in who must get in and
//! nobody else, scaling and upgrades that nobody notices. `scripts/test cluster` runs it, on whatever `scripts/cluster up`
//! has set up: releases and namespaces called as the products, of images that are there.
//!
//! What is tested is derived: products from the folders there are, who asks whom from each `product.toml`, combinations
//! of values from [`switches::SWITCHES`]. To cover another value of the charts, add it there.

pub mod doors;
pub mod manifests;
pub mod network;
pub mod probe;
pub mod release;
pub mod switches;
pub mod tool;
pub mod turn;
pub mod visitors;

//! The products on a learner's cluster: the data that `scripts/cluster` needs from each `product.toml`.

mod client_secrets;
mod table;
mod values;

pub use client_secrets::ClientSecrets;
pub use table::table;
pub use values::{Installation, Kafka, clients, values};

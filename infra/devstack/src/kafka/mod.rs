//! Apache Kafka as one KRaft node on loopback.

mod jars;
mod java;
mod node;

pub use jars::Jars;
pub use java::Java;
pub use node::{Node, Proxied};

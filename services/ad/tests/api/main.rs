//! ad against a real Postgres, by its HTTP, gRPC and events.

mod budget;
mod campaigns;
mod charges;
mod consume;
mod events;
mod harness;
mod isolation;
mod links;
mod order;
mod replicas;
mod selection;
mod surface;
mod sweep;

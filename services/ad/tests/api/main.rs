//! ad against a real Postgres, by its HTTP, gRPC and events.

mod amounts;
mod budget;
mod campaigns;
mod charges;
mod consume;
mod credits;
mod events;
mod faults;
mod harness;
mod isolation;
mod landing;
mod later_version;
mod links;
mod order;
mod price;
mod reconcile;
mod replicas;
mod round_trips;
mod selection;
mod surface;
mod sweep;
mod terms;
mod unseen;
mod usage;
mod viewers;

//! ad against a real Postgres, by its HTTP, gRPC and events.

mod amounts;
mod budget;
mod campaigns;
mod charges;
mod consume;
mod creatives;
mod events;
mod harness;
mod isolation;
mod landing;
mod later_version;
mod links;
mod order;
mod price;
mod replicas;
mod review;
mod selection;
mod states;
mod surface;
mod sweep;
mod unseen;
mod viewers;

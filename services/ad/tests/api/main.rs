//! ad against a real Postgres, through its own doors.

mod app;
mod budget;
mod campaigns;
mod charges;
mod hearing;
mod isolation;
mod links;
mod replicas;
mod selection;
mod surface;
mod sweep;

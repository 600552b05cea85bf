//! Outbox, relay, consumer, dead letters and replay, with a real Postgres and a broker.

mod delivery;
mod failure;
mod handover;
mod outbox;
mod tenant;
mod world;

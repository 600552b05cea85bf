//! Outbox, relay, consumer, dead letters and replay, with a real Postgres and a broker.

mod batches;
mod dead_letters;
mod delivery;
mod failure;
mod handover;
mod outbox;
mod rejected;
mod tenant;
mod topics;
mod world;

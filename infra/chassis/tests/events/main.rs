//! Outbox, relay, consumer, dead letters and replay, on a real Postgres and a broker over the real protocol.

mod delivery;
mod failure;
mod handover;
mod outbox;
mod world;

//! login from outside, against a real Postgres: what its clients, its people and the other products see.

mod harness;

mod callers;
mod client_credentials;
mod clients;
mod clients_managed;
mod code_flow;
mod code_refusals;
mod consent;
mod discovery;
mod events;
mod foreign_client;
mod fuzz;
mod grpc;
mod invitations;
mod isolation;
mod key_rotation;
mod logout;
mod pages;
mod problems;
mod refresh;
mod refresh_family;
mod relying_party;
mod resources;
mod revocation;
mod sessions;
mod sign_in;
mod sign_up;
mod sweep;
mod texts;
mod third_party;

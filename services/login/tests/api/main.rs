//! login from outside, against a real Postgres: what its clients, its people and the other products see.

mod harness;

mod admin;
mod callers;
mod client_credentials;
mod clients;
mod code_flow;
mod code_refusals;
mod discovery;
mod erasure;
mod events;
mod grpc;
mod invitations;
mod isolation;
mod logout;
mod members;
mod pages;
mod plans;
mod problems;
mod profile;
mod refresh;
mod rights;
mod schemathesis;
mod sessions;
mod sign_in;
mod sign_up;
mod sweep;
mod texts;

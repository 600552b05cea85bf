//! login from outside, against a real Postgres: what its clients, its people and the other products see.

mod authenticator;
mod harness;

mod callers;
mod client_credentials;
mod clients;
mod code_flow;
mod code_refusals;
mod discovery;
mod enumeration;
mod events;
mod grpc;
mod invitations;
mod isolation;
mod logout;
mod pages;
mod passkeys;
mod problems;
mod refresh;
mod rehash;
mod sessions;
mod sign_in;
mod sign_up;
mod sweep;
mod texts;
mod throttle;

//! login from outside, against a real Postgres: what its clients, its people and the other products see.

mod harness;

mod callers;
mod client_credentials;
mod clients;
mod code_flow;
mod code_refusals;
mod devices;
mod discovery;
mod events;
mod grpc;
mod invitations;
mod isolation;
mod logout;
mod mail;
mod pages;
mod problems;
mod refresh;
mod reset;
mod sessions;
mod sign_in;
mod sign_up;
mod smtp;
mod sweep;
mod texts;
mod verify;

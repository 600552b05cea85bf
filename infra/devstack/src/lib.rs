//! Runs the whole system on one machine: Postgres, a broker, and every product of the repository, each as a process.
//!
//! The scripts in `scripts/` call the program; tests use the modules of this library.

pub mod account;
pub mod advertiser;
pub mod broker;
pub mod clients;
mod command;
pub mod control;
pub mod deployment;
pub mod down;
pub mod embedded;
pub mod identity;
pub mod kafka;
pub mod kubernetes;
pub mod layout;
pub mod lock;
pub mod logs;
pub mod memory;
pub mod ops;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod product;
pub mod report;
pub mod secrets;
pub mod seed;
pub mod signals;
pub mod sqlx_prepare;
pub mod state;
pub mod status;
pub mod stores;
pub mod supervise;
pub mod template;
pub mod topic;
mod touch;
pub mod up;
pub mod with;

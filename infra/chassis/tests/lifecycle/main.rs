//! The shutdown of a process after SIGTERM, as seen by load balancers, browsers, gRPC clients and workers.

mod calls;
mod connections;
mod listeners;
mod order;
mod process;

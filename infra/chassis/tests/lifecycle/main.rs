//! A process from SIGTERM to its end, as load balancers, browsers, callers and workers see it.

mod calls;
mod doors;
mod order;
mod process;

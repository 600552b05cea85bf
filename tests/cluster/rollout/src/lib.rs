//! The rollout proof: steady load on all products while each of them is upgraded, rolled back and restarted.
//!
//! The program `load` runs in a pod, calls the products through their Services, and prints its results per second and kind
//! ([`sample`]). The tests in `tests/rollout` start it, change each product in turn, and compare the results with the
//! products' databases.
//!
//! The load retries idempotent calls once, as a usual client does ([`retry`]). A call that still fails is a failure.
//!
//! To add a kind of load: a constant in [`kinds`], a method of [`work::Work`] that makes one call, a rate in
//! [`arguments::Rates`], and a line in [`work::Work::start`].

pub mod arguments;
pub mod browser;
pub mod forward;
pub mod html;
pub mod kinds;
pub mod links;
pub mod load;
pub mod meter;
pub mod pace;
pub mod peers;
pub mod person;
pub mod retry;
pub mod sample;
pub mod sign_in;
pub mod tenant;
pub mod timeline;
pub mod work;

//! The rollout proof: steady load on all products at once, while each of them is changed under it.
//!
//! The program `load` runs in a pod, goes through the Services as any client does, and prints what it saw, a line a
//! second and kind ([`sample`]). The tests in `tests/rollout` install it, upgrade, roll back, drain and delete the pods of each
//! product in turn, and compare what `load` was answered with what the products' stores say.
//!
//! A client is *ordinary* here when it tries a call that does no harm twice once more, after a moment ([`ordinary`]).
//! Whatever such a client notices is a failure.
//!
//! To add a kind of load: a constant in [`kinds`], a method on [`work::Work`] that makes one call, a rate in
//! [`arguments::Rates`], and a line in [`work::Work::start`].

pub mod arguments;
pub mod company;
pub mod follow;
pub mod forward;
pub mod html;
pub mod kinds;
pub mod links;
pub mod load;
pub mod meter;
pub mod ordinary;
pub mod pace;
pub mod peers;
pub mod person;
pub mod sample;
pub mod sign_in;
pub mod visit;
pub mod work;

//! Use cases: one per file, named by its verb. Each takes the [`App`](crate::app::App) and values of [`crate::domain`],
//! and publishes its changes. Some take a transaction, so that a request can combine several of them.
//!
//! **Rows are locked in one order**, by every use case, to prevent deadlocks:
//! 1. before the tenant is known: the idempotency key of an anonymous caller, the locks of [`store::attempt`](crate::store::attempt) (account, then
//!    network) or [`store::mail_request`](crate::store::mail_request), mail requests, pending sign-ups;
//! 2. the tenant, then the person: a shared lock to prevent their change, an exclusive lock to change or delete them. A
//!    request of a signed-in person that writes locks both exclusively, and its own session shared ([`access`]); so
//!    only one such request of a tenant writes at a time. `/v1` takes these locks first, then its idempotency key;
//! 3. clients, invitations, links, passkeys, consents;
//! 4. the session, then its codes, then its families of refresh tokens;
//! 5. everything else: passwords, devices, attempts and counters; then directories, mails and the outbox, which only the
//!    holder of their row's lock writes.
//!
//! Within one table, rows with lower ids are locked first. [`sweep`] deletes in no order and gives up on a locked row
//! instead.
//!
//! Deleting a person deletes all their rows. A use case that locks several of them therefore takes a shared lock on the
//! person first, unless it begins with the session. `tests/api/locks.rs` tests the pairs that once broke this order.

pub mod access;
pub mod clients;
pub mod enforce_plan;
pub mod mail;
pub mod mail_worker;
pub mod members;
pub mod oauth;
pub mod passkeys;
pub mod request_context;
pub mod require_admin;
pub mod rotate_keys;
pub mod sessions;
pub mod sign_in;
pub mod sweep;
pub mod tenants;

//! What login does, one verb a file. Each takes the [`App`](crate::app::App) and values of [`crate::domain`], and publishes
//! what it changed. Some take a transaction, so that a request can do more than one of them as one.
//!
//! **Rows are locked in one order**, by whichever of these, so that no two ever wait for each other:
//! 1. what comes before a tenant is known: the key of a request that may be repeated, the locks of
//!    [`store::attempt`](crate::store::attempt) (account, then place) or [`store::mail_request`](crate::store::mail_request),
//!    requests for mails, sign-ups that wait;
//! 2. the tenant, then its person: held by who only must not lose them, locked by who changes or ends them;
//! 3. what they have: clients, invitations, links, passkeys, consents;
//! 4. the session, then its codes, then its families of refresh tokens;
//! 5. all else: passwords, devices, tries, counts, and, since only who has the row they tell of comes here, directories,
//!    mails and the outbox.
//!
//! Of one table, those with lower ids come first; [`sweep`], which deletes in no order, gives way instead. Deleting a person
//! takes all that is theirs: so who goes from one thing of a person to another, but from their session on, holds the person
//! first. `tests/api/locks.rs` has those meet that did not keep to it.

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

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

pub mod accept_invitation;
pub mod add_passkey;
mod ask_for_mail;
pub mod authorize;
pub mod change_member;
pub mod change_profile;
pub mod change_tenant;
pub mod client_credentials;
pub mod confirm_password;
pub mod end_session;
pub mod end_sessions;
pub mod erase_person;
pub mod exchange_code;
pub mod find_client;
pub mod give_consent;
pub mod hold_to_plan;
pub mod introspect;
pub mod invite;
pub mod issue_tokens;
mod notice_device;
mod notice_passkey;
pub mod queue_mail;
pub mod read_mailbox;
pub mod recognise;
pub mod refresh;
pub mod register_client;
pub mod remove_client;
pub mod remove_passkey;
pub mod rename_passkey;
pub mod renew_secret;
pub mod request_password_reset;
pub mod request_sign_up;
pub mod reset_password;
pub mod revoke_token;
pub mod rotate_keys;
pub mod send_mail;
pub mod sign_in;
pub mod sign_in_by_passkey;
pub mod sign_up;
pub mod start_session;
pub mod still_admin;
pub mod sweep;
pub mod unlock;
pub mod verify_sign_up;
pub mod withdraw_consent;
pub mod withdraw_invitation;

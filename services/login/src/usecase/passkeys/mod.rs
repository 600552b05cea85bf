//! Passkeys: WebAuthn ceremonies, and the list of a person's passkeys.

pub mod add_passkey;
mod notify_passkey_change;
mod relying_party;
pub mod remove_passkey;
pub mod rename_passkey;
pub mod sign_in_by_passkey;

//! The relying party, and how credentials are found.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::secret;

use crate::{app::App, error::Error, passkeys::Passkeys};

/// The relying party, where there are passkeys.
pub(super) fn relying_party(app: &App) -> Result<&Passkeys, Error> {
    app.passkeys.as_ref().ok_or(Error::NotFound("passkeys_off"))
}

/// What a credential is found by.
pub(super) fn credential_hash(credential_id: &[u8]) -> [u8; 32] {
    secret::hash(&BASE64_URL_SAFE_NO_PAD.encode(credential_id))
}

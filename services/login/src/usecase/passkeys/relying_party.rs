//! Access to the relying party, and the lookup key of credentials.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::secret;

use crate::{app::App, error::Error, passkeys::Passkeys};

/// Fails with `passkeys_off` when the issuer's host is an IP address.
pub(super) fn relying_party(app: &App) -> Result<&Passkeys, Error> {
    app.passkeys.as_ref().ok_or(Error::NotFound("passkeys_off"))
}

/// The hash by which the directory finds a credential.
pub(super) fn credential_hash(credential_id: &[u8]) -> [u8; 32] {
    secret::hash(&BASE64_URL_SAFE_NO_PAD.encode(credential_id))
}

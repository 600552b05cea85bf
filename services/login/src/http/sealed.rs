//! Values that leave login in an address or a cookie and come back: encrypted, so that nobody can read or change them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::app::App;

/// Encrypts a value. `purpose` prevents the use of a value in another place.
pub(crate) fn seal(app: &App, purpose: &str, value: &impl Serialize) -> String {
    let plain = serde_json::to_vec(&(purpose, value)).expect("plain values");
    BASE64_URL_SAFE_NO_PAD.encode(app.sealer.seal(&plain))
}

/// Decrypts a value that was sealed for the same purpose.
pub(crate) fn open<T: DeserializeOwned>(app: &App, purpose: &str, text: &str) -> Option<T> {
    let plain = app.sealer.open(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (sealed_for, value): (String, T) = serde_json::from_slice(&plain).ok()?;
    (sealed_for == purpose).then_some(value)
}

//! The context of a request: network address, device, and the proof of a known device.

use std::net::IpAddr;

use crate::{
    app::App,
    domain::{credential::Credential, email::Email, known_device, throttle::Bucket},
};

#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The client's address.
    pub address: IpAddr,
    /// The name of the device: "Chrome on Linux".
    pub device: String,
    /// The cookie of a known device.
    pub device_cookie: Option<String>,
}

impl RequestContext {
    /// The keyed hash of the device, if its cookie proves a sign-in of this person with their current password. A
    /// sign-in with an earlier password proves nothing.
    pub(in crate::usecase) fn known_device(
        &self,
        app: &App,
        email: &Email,
        credential: Option<&Credential>,
    ) -> Option<Vec<u8>> {
        let since = credential?.changed_at.max(app.clock.now() - known_device::LIFETIME);
        app.keyed_hashes.known_device(email, self.device_cookie.as_deref()?, since)
    }

    /// The device cookie to set after a sign-in.
    pub fn next_device_cookie(&self, app: &App, email: &Email) -> String {
        app.keyed_hashes.device_cookie(email, self.device_cookie.as_deref(), app.clock.now())
    }

    pub(in crate::usecase) fn bucket(&self, app: &App, email: &Email, credential: Option<&Credential>) -> Bucket {
        let device_hash = self.known_device(app, email, credential);
        let network_hash = device_hash.is_none().then(|| app.keyed_hashes.network(self.address));
        Bucket { email_hash: email.hash(), device_hash, network_hash }
    }
}

//! Where a sign-in request comes from: network address, device, and the proof that the device is known.

use std::net::IpAddr;

use crate::{
    app::App,
    domain::{credential::Credential, email::Email, known_device, throttle::Bucket},
};

/// Where a try comes from.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The client's address.
    pub address: IpAddr,
    /// What the person uses, in words: "Chrome on Linux".
    pub device: String,
    /// What the device shows, when somebody signed in on it before.
    pub device_cookie: Option<String>,
}

impl RequestContext {
    /// What stands for this device, when that person signed in there with the password that they have: whoever knew the one
    /// before has shown nothing.
    pub(in crate::usecase) fn known_device(
        &self,
        app: &App,
        email: &Email,
        credential: Option<&Credential>,
    ) -> Option<Vec<u8>> {
        let since = credential?.changed_at.max(app.clock.now() - known_device::LIFETIME);
        app.keyed_hashes.known_device(email, self.device_cookie.as_deref()?, since)
    }

    /// What the device shows from now on.
    pub fn next_device_cookie(&self, app: &App, email: &Email) -> String {
        app.keyed_hashes.device_cookie(email, self.device_cookie.as_deref(), app.clock.now())
    }

    pub(in crate::usecase) fn bucket(&self, app: &App, email: &Email, credential: Option<&Credential>) -> Bucket {
        let device_mark = self.known_device(app, email, credential);
        let source_mark = device_mark.is_none().then(|| app.keyed_hashes.network(self.address));
        Bucket { email_hash: email.hash(), device_mark, source_mark }
    }
}

//! The URLs of a product's public API.

use anyhow::Result;
use url::Url;

use crate::{deployment::Deployment, product::Product};

/// Addresses of a product.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// URL for requests.
    pub base: Url,
    /// URL in a browser, which is sent as `Origin` and appears in links.
    pub public: Url,
}

impl Endpoint {
    /// The endpoint of a product that `scripts/up` runs.
    pub(super) fn on_this_machine(deployment: &Deployment, product: &Product) -> Result<Self> {
        let (base, public) = (deployment.local_url(product), deployment.public_url(product));
        Ok(Self { base: Url::parse(&base)?, public: Url::parse(&public)? })
    }
}

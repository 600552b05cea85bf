//! gRPC, for the other products: maps in, calls a use case, maps out.

use chassis::{auth, lifecycle::Reflection};
use contracts::ad::v1::ads_server::{self, AdsServer};
use tonic::service::Routes;

use crate::app::App;

mod ads;

/// What reflection tells of it.
pub const REFLECTION: Reflection =
    Reflection { service: ads_server::SERVICE_NAME, descriptors: contracts::FILE_DESCRIPTOR_SET };

/// Every call needs an access token.
#[must_use]
pub fn routes(app: App) -> Routes {
    let verifier = app.verifier.clone();
    auth::protect(Routes::new(AdsServer::new(ads::AdsService::new(app))), verifier)
}

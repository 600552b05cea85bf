//! gRPC, for the other products: maps in, calls a use case, maps out.

use chassis::auth;
use contracts::ad::v1::ads_server::AdsServer;
use tonic::service::Routes;

use crate::app::App;

mod ads;

/// Every call needs an access token.
#[must_use]
pub fn routes(app: App) -> Routes {
    let verifier = app.verifier.clone();
    auth::protect(Routes::new(AdsServer::new(ads::AdsService::new(app))), verifier)
}

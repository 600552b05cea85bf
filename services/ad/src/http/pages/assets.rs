//! Static files, under URLs that contain a hash of their content.

use axum::Router;
use chassis::http::{Asset, HTMX};

pub(super) static CSS: Asset =
    Asset::new("/assets/ad.css", "text/css; charset=utf-8", include_bytes!("../../../assets/ad.css"));

pub(super) static ICON: Asset =
    Asset::new("/assets/ad.svg", "image/svg+xml", include_bytes!("../../../assets/icon.svg"));

/// Serves these files. The base style sheet comes with the docs of the API.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    [&CSS, &ICON, &HTMX].into_iter().fold(Router::new(), |router, asset| router.merge(asset.route()))
}

//! Static files, under URLs that contain a hash of their content.

use axum::Router;
use chassis::http::{Asset, HTMX};

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

pub(super) static CSS: Asset =
    Asset::new("/assets/mypage.css", "text/css; charset=utf-8", include_bytes!("../../assets/mypage.css"));

pub(super) static ICON: Asset =
    Asset::new("/assets/mypage.svg", "image/svg+xml", include_bytes!("../../assets/icon.svg"));

/// Unmodified: see assets/vendor/README.md.
pub(super) static HTMX_SSE: Asset =
    Asset::new("/assets/htmx-ext-sse.js", JAVASCRIPT, include_bytes!("../../assets/vendor/htmx-ext-sse-2.2.4.min.js"));

pub(super) static LIVE: Asset = Asset::new("/assets/live.js", JAVASCRIPT, include_bytes!("../../assets/live.js"));

/// Serves these files and the base style sheet of all products.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let own = [&CSS, &ICON, &HTMX, &HTMX_SSE, &LIVE].into_iter();
    own.fold(chassis::http::assets(), |router, asset| router.merge(asset.route()))
}

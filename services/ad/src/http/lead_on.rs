//! The response to a click: it leads on to the advertiser.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use chassis::{
    http::{BASE_CSS_URL, Csp},
    problem::Problem,
};
use url::Url;

use super::NO_STORE;
use crate::domain::creative::LANDING_URL_BYTES;

/// Redirects to the landing URL.
///
/// An earlier version stored URLs that do not fit into a header: proxies answer 502. A page leads on to those.
pub(super) fn lead_on(landing_url: &str) -> Result<Response, Problem> {
    if landing_url.len() > LANDING_URL_BYTES {
        return Ok((Csp::default(), [NO_STORE], Html(page(landing_url))).into_response());
    }
    let landing_url = HeaderValue::from_str(landing_url).map_err(|error| Problem::internal(&error))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, landing_url), NO_STORE]).into_response())
}

/// A page that opens the URL at once. Its only text is the host, so it needs no language.
fn page(landing_url: &str) -> String {
    let url = landing_url.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let parsed = Url::parse(landing_url).ok();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{host}</title>\
         <link rel=\"stylesheet\" href=\"{BASE_CSS_URL}\"><link rel=\"icon\" href=\"data:,\">\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\">\
         <div class=\"shell narrow\"><main class=\"card\"><h1><a href=\"{url}\">{host}</a></h1></main></div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_cannot_leave_its_attribute() {
        let page = page("https://a.example/?a=1&b=2\"><script>");
        assert!(page.contains("<a href=\"https://a.example/?a=1&amp;b=2&quot;>&lt;script>\">a.example</a>"), "{page}");
    }
}

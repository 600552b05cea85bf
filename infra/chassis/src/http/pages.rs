use std::convert::Infallible;

use axum::response::{Html, IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::{HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::problem::Problem;

/// Renders an askama template as a page. Browsers do not store it, because pages show personal data.
pub fn html(template: &impl askama::Template) -> Response {
    match template.render() {
        Ok(text) => ([(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => Problem::internal(&error).into_response(),
    }
}

/// A Content-Security-Policy. A page loads only from its own origin, and has no inline scripts or styles.
///
/// A policy cannot name an IPv6 address. Images may then come from any origin of the scheme. A form cannot lead there by a
/// redirect: answer it with a page that continues by itself.
///
/// It is also a response part, for a page that needs more than the [`csp`] of its router:
/// `(Csp { form_action: vec![origin], ..Csp::default() }, html(&page))`.
#[derive(Debug, Clone, Default)]
pub struct Csp {
    /// More origins of images.
    pub img_src: Vec<String>,
    /// More origins that a form may be sent to. Chromium checks the redirects of its response as well.
    pub form_action: Vec<String>,
}

impl Csp {
    /// The value of the header.
    ///
    /// # Panics
    /// When an origin contains characters that are not allowed in a header. Origins of a [`crate::config::PublicUrl`] are
    /// safe.
    pub fn header(&self) -> HeaderValue {
        let list = |sources: Vec<&str>| sources.iter().map(|source| format!(" {source}")).collect::<String>();
        let images = self.img_src.iter().map(|origin| if is_nameable(origin) { origin } else { scheme_of(origin) });
        let forms = self.form_action.iter().map(String::as_str).filter(|origin| is_nameable(origin));
        let value = format!(
            "default-src 'self'; img-src 'self' data:{}; form-action 'self'{}; \
             frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
            list(images.collect()),
            list(forms.collect())
        );
        HeaderValue::try_from(value).expect("origins are plain text")
    }
}

/// Whether a policy can name an origin: the grammar of its sources has no IPv6 address.
pub fn is_nameable(origin: &str) -> bool {
    !origin.contains('[')
}

fn scheme_of(origin: &str) -> &str {
    origin.find(':').map_or(origin, |end| &origin[..=end])
}

/// A layer that adds a Content-Security-Policy to each response without one.
pub fn csp(extra: &Csp) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, extra.header())
}

impl IntoResponseParts for Csp {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().insert(header::CONTENT_SECURITY_POLICY, self.header());
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_its_own_and_the_given_origins() {
        let extra = Csp { img_src: vec!["http://localhost:8280".into()], form_action: vec![] };
        let header = extra.header();
        let text = header.to_str().expect("text");
        assert!(text.contains("img-src 'self' data: http://localhost:8280;"), "{text}");
        assert!(text.contains("form-action 'self';"), "{text}");
    }

    #[test]
    fn an_ipv6_address_is_not_named() {
        let origin = || vec!["http://[::1]:8280".to_owned()];
        let header = Csp { img_src: origin(), form_action: origin() }.header();
        let text = header.to_str().expect("text");
        assert!(text.contains("img-src 'self' data: http:;") && text.contains("form-action 'self';"), "{text}");
    }
}

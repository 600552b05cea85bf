use std::convert::Infallible;

use axum::response::{Html, IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::{HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::problem::Problem;

/// A page from an askama template. Not kept by browsers: pages are about someone.
pub fn html(template: &impl askama::Template) -> Response {
    match template.render() {
        Ok(text) => ([(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => Problem::internal(&error).into_response(),
    }
}

/// What a page may load besides its own origin's. Scripts and styles come from files, never from the page itself.
///
/// It is a response part too, for a page that needs more than its router's [`csp`] allows:
/// `(Csp { form_action: vec![origin], ..Csp::default() }, html(&page))`.
#[derive(Debug, Clone, Default)]
pub struct Csp {
    /// Origins of images.
    pub img_src: Vec<String>,
    /// Origins that a form may lead to, redirects included: Chromium checks these as well.
    pub form_action: Vec<String>,
}

impl Csp {
    /// The header's value.
    ///
    /// # Panics
    /// When an origin holds what can't stand in a header; those of a [`crate::config::PublicUrl`] can.
    pub fn header(&self) -> HeaderValue {
        let and = |more: &[String]| more.iter().map(|origin| format!(" {origin}")).collect::<String>();
        let value = format!(
            "default-src 'self'; img-src 'self' data:{}; form-action 'self'{}; \
             frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
            and(&self.img_src),
            and(&self.form_action)
        );
        HeaderValue::try_from(value).expect("origins are plain text")
    }
}

/// Sends a Content-Security-Policy with each answer that has none of its own.
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
    fn allows_its_own_origin_and_what_is_named() {
        let extra = Csp { img_src: vec!["http://localhost:8280".into()], form_action: vec![] };
        let header = extra.header();
        let text = header.to_str().expect("text");
        assert!(text.contains("img-src 'self' data: http://localhost:8280;"), "{text}");
        assert!(text.contains("form-action 'self';"), "{text}");
    }
}

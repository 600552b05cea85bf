//! `/problems/CODE`: the page to which the `type` of a problem leads (RFC 9457, section 3.1.1).

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{BASE_CSS_URL, Path, csp, html, openapi::LOCALES, pages::Csp};
use crate::{
    problem::{Kind, Problem, find},
    text::{AcceptLocale, Texts},
};

#[derive(Template)]
#[template(path = "problem.html")]
struct Page {
    t: Texts,
    css_url: &'static str,
    product: &'static str,
    code: &'static str,
    text: &'static str,
}

/// Explains the problems of the product and those of all products, in the browser's language.
pub(super) fn router(product: &'static str, own: &'static [Kind]) -> Router {
    let page = async move |AcceptLocale(locale): AcceptLocale, Path(code): Path<String>| -> Response {
        match find(own, &code) {
            Some(kind) => {
                let t = Texts::new(&LOCALES, locale);
                html(&Page { t, css_url: BASE_CSS_URL, product, code: kind.code, text: kind.text(locale) })
            }
            None => Problem::not_found("not_found", "There is no problem with this code.").into_response(),
        }
    };
    Router::new().route("/problems/{code}", get(page).layer(csp(&Csp::default())))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use http::header;
    use tower::ServiceExt;

    use super::*;

    static OWN: &[Kind] =
        &[Kind { code: "slug_taken", en: "Another tenant has it.", ko: "다른 회사가 사용합니다." }];

    async fn open(path: &str, language: &str) -> Response {
        let request = Request::builder().uri(path).header(header::ACCEPT_LANGUAGE, language).body(Body::empty());
        router("test", OWN).oneshot(request.expect("a request")).await.expect("infallible")
    }

    #[tokio::test]
    async fn each_type_leads_to_its_explanation() {
        for (code, language, expected) in [
            ("slug_taken", "en", "Another tenant has it."),
            ("slug_taken", "ko", "다른 회사가 사용합니다."),
            ("unavailable", "en", "Try again"),
        ] {
            let kind = Problem::not_found(code, "").into_response();
            let body = axum::body::to_bytes(kind.into_body(), 10_000).await.expect("a body");
            let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            let page = open(body["type"].as_str().expect("a type"), language).await;
            assert_eq!(page.status(), 200);
            assert!(page.headers().contains_key(header::CONTENT_SECURITY_POLICY));
            let page = axum::body::to_bytes(page.into_body(), 10_000).await.expect("a body");
            let page = String::from_utf8_lossy(&page);
            assert!(page.contains(expected) && page.contains(code), "{page}");
        }
        assert_eq!(open("/problems/unheard_of", "en").await.status(), 404);
    }
}

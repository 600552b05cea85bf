//! `GET /`: describes the product to a program; to a browser, shows the landing page, or leads to the campaigns.

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use chassis::{
    http::{html, wants_page},
    sign_in::Failure,
};
use serde_json::json;

use super::{
    view::{Layout, texts},
    visitor::MaybeSignedIn,
};
use crate::app::App;

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    layout: Layout,
    sign_up_url: String,
}

pub(super) async fn show(
    State(app): State<App>,
    browser: MaybeSignedIn,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let varies = (header::VARY, HeaderValue::from_static("accept"));
    if !wants_page(&headers) {
        return Ok(([varies], Json(about())).into_response());
    }
    if browser.visitor.is_some() {
        return Ok(([varies], Redirect::to("/campaigns")).into_response());
    }
    let sign_up_url = app.config.issuer.login_public_url.join("/sign-up");
    let page = LandingPage { layout: Layout::new(texts(browser.locale), None), sign_up_url };
    Ok(([varies], html(&page)).into_response())
}

fn about() -> serde_json::Value {
    json!({
        "product": "ad",
        "what": "Selects ads for pages, counts impressions and clicks, and charges advertisers for clicks.",
        "openapi": "/openapi.json",
        "api": ["/v1/ad-selections", "/v1/campaigns", "/v1/charges", "/v1/ledger"],
        "pages": "/campaigns",
    })
}
